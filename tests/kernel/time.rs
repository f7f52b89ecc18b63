//! Time: clocks that agree, alarms that are neither early nor out of order, and dates.

use core::sync::atomic::{AtomicU64, Ordering};
use core::time::Duration;

use bootloader_api::BootInfo;
use cairn::arch::alarm::{self, Error, MOST, sleep};
use cairn::arch::firmware::Firmware;
use cairn::arch::hpet::Hpet;
use cairn::arch::physical::View;
use cairn::arch::pit::Stopwatch;
use cairn::arch::{clock, irq, local_apic, pit, rtc};
use cairn::testing::Verdict;
use cairn::time::calibration::Reference;
use cairn::time::rate::SECOND;
use cairn::{case, println};
use x86_64::instructions::{hlt, interrupts};

const MILLISECOND: u64 = SECOND / 1000;

/// Each instruction takes a nanosecond, and nobody waits for a machine that rests.
const EXACT: &str = "-icount shift=0,sleep=off";

/// Nanoseconds since time began.
fn now() -> u64 {
    clock::now().expect("there is a clock")
}

/// The real-time clock's time, in seconds.
fn unix_time() -> u64 {
    let date = rtc::date(Some(0x32)).expect("there is a clock");
    date.unix_time() as u64
}

/// The HPET, and what firmware tells.
fn hpet(boot_info: &BootInfo) -> Hpet {
    let tables = Firmware::of(boot_info).tables.expect("there is ACPI");
    let view = View::new(boot_info).expect("physical memory is mapped");
    Hpet::find(&view, &tables).expect("there is an HPET")
}

/// Rests until the real-time clock's second has just begun, to a thousandth: so often the PIT
/// ticks.
fn wait_for_second() {
    let start = unix_time();
    while unix_time() == start {
        hlt();
    }
}

/// What five clocks say at a time, in nanoseconds. Each has begun when it liked.
fn read_all(hpet: &mut Hpet, divisor: u32) -> [(&'static str, u64); 5] {
    let timer = clock::clocks().and_then(|clocks| clocks.local_apic);
    let timer = timer.expect("the local APIC has a timer");
    let counts = local_apic::with(|apic| u32::MAX - apic.timer());
    let counts = counts.expect("there is a local APIC");
    let ticks = u128::from(pit::ticks() * u64::from(divisor));
    [
        ("real-time clock", unix_time() * SECOND),
        ("time-stamp counter", now()),
        ("HPET", hpet.rate().nanoseconds(hpet.count().into())),
        ("local APIC timer", timer.nanoseconds(counts.into())),
        (
            "PIT",
            (ticks * u128::from(SECOND) / u128::from(pit::FREQUENCY)) as u64,
        ),
    ]
}

case!(clocks_do_not_drift(boot_info), machine: "-icount shift=0,sleep=off -rtc clock=vm", limit: 20_000);
/// Over ten seconds each agrees with the real-time clock to a thousandth.
fn clocks_do_not_drift(boot_info: &'static mut BootInfo) {
    let divisor = pit::start(1000).expect("the timer has this rate");
    let mut hpet = hpet(boot_info);
    local_apic::with(|apic| {
        apic.set_up_timer(None);
        apic.start_timer(u32::MAX);
    });
    wait_for_second();
    let starts = interrupts::without_interrupts(|| read_all(&mut hpet, divisor));
    (0..10).for_each(|_| wait_for_second());
    let ends = interrupts::without_interrupts(|| read_all(&mut hpet, divisor));
    for ((name, start), (_, end)) in starts.into_iter().zip(ends) {
        let taken = end - start;
        println!("{name:20} {taken:11} ns");
        assert!(
            taken.abs_diff(10 * SECOND) < 10 * SECOND / 1000,
            "{name}: {taken}"
        );
    }
}

case!(rates_are_those_of_the_machine, machine: EXACT, limit: 10_000);
/// QEMU's are known: an instruction takes a nanosecond, and the local APIC counts each sixteenth.
fn rates_are_those_of_the_machine() {
    let clocks = clock::clocks().expect("there is a clock");
    assert_eq!(clocks.reference, "HPET");
    for (rate, expected) in [
        (Some(clocks.time_stamp), 1_000_000_000),
        (clocks.local_apic, 62_500_000),
        (clocks.hpet, 100_000_000),
        (clocks.pit, 1_193_182),
    ] {
        let hertz = rate.expect("it is there").hertz();
        assert!(
            hertz.abs_diff(expected) < expected / 1000,
            "{hertz} for {expected}"
        );
    }
}

case!(the_pit_is_as_good_a_reference, machine: "-machine hpet=off -icount shift=0,sleep=off", limit: 10_000);
/// Where there is no HPET.
fn the_pit_is_as_good_a_reference() {
    let clocks = clock::clocks().expect("there is a clock");
    assert_eq!((clocks.reference, clocks.hpet), ("PIT", None));
    let hertz = clocks.time_stamp.hertz();
    assert!(hertz.abs_diff(SECOND) < SECOND / 1000, "{hertz}");
}

case!(a_stopwatch_tells_that_it_has_begun_anew, machine: EXACT, limit: 10_000);
/// After 55 milliseconds.
fn a_stopwatch_tells_that_it_has_begun_anew() {
    let (start, mut stopwatch) = (now(), Stopwatch::start());
    while now() < start + 54 * MILLISECOND {}
    assert!(!stopwatch.has_wrapped());
    while now() < start + 56 * MILLISECOND {}
    assert!(stopwatch.has_wrapped());
}

case!(the_clock_never_goes_back);
/// Whatever interrupts.
fn the_clock_never_goes_back() {
    pit::start(10_000).expect("the timer has this rate");
    let mut last = now();
    for _ in 0..100_000 {
        let time = now();
        assert!(time >= last, "{time} after {last}");
        last = time;
    }
}

case!(the_clock_goes_on_while_nobody_counts, machine: EXACT, limit: 10_000);
/// While interrupts are off, ticks get lost. Time does not.
fn the_clock_goes_on_while_nobody_counts() {
    let (start, ticks) = (now(), pit::ticks());
    interrupts::without_interrupts(|| while now() < start + 100 * MILLISECOND {});
    hlt();
    assert!(pit::ticks() - ticks <= 3);
    assert!(now() - start >= 100 * MILLISECOND);
}

case!(an_hpet_in_the_pits_place_gives_it_back(boot_info));
/// Firmware may have let it. Then no tick of the PIT comes.
fn an_hpet_in_the_pits_place_gives_it_back(boot_info: &'static mut BootInfo) {
    let view = View::new(boot_info).expect("physical memory is mapped");
    // SAFETY: this is the address of QEMU's HPET, and nobody drives it now.
    let window = unsafe { view.registers::<u32>(0xfed0_0000, 256) };
    let mut window = window.expect("it is within reach");
    window.write(4, 0b11);
    hpet(boot_info);
    assert_eq!(window.read(4), Some(0b01));
    let start = irq::count(irq::TIMER);
    while irq::count(irq::TIMER) < start + 2 {
        hlt();
    }
}

/// Alarms that have rung: how many, the deadline of the last one, how late the latest was.
static COUNT: AtomicU64 = AtomicU64::new(0);
static LAST: AtomicU64 = AtomicU64::new(0);
static LATE: AtomicU64 = AtomicU64::new(0);

/// What an alarm of these cases does; it is told its deadline.
fn note(deadline: u64) {
    assert!(!interrupts::are_enabled());
    let late = now().checked_sub(deadline).expect("no alarm is early");
    let last = LAST.swap(deadline, Ordering::Relaxed);
    assert!(deadline >= last, "{deadline} after {last}");
    LATE.fetch_max(late, Ordering::Relaxed);
    COUNT.fetch_add(1, Ordering::Relaxed);
}

/// Sets an alarm in so many nanoseconds.
fn set(after: u64) -> Result<(), Error> {
    alarm::set(Duration::from_nanos(after), note, now() + after)
}

/// Rests until so many alarms have rung.
fn wait_for(count: u64) {
    while COUNT.load(Ordering::Relaxed) < count {
        hlt();
    }
}

case!(alarms_ring_in_order, machine: EXACT, limit: 10_000);
/// In that of their deadlines, and in time.
fn alarms_ring_in_order() {
    let list = [30, 10, 40, 20, 25];
    for after in list {
        set(after * MILLISECOND).expect("there is room");
    }
    wait_for(5);
    let late = LATE.load(Ordering::Relaxed);
    assert!(late < 100_000, "{late}");
}

case!(no_alarm_is_late, machine: EXACT, limit: 10_000);
/// Whether it is due at once, or farther away than the timer reaches, which is 68 seconds.
fn no_alarm_is_late() {
    for (number, after) in (1..).zip([0, 1, 1_000, MILLISECOND, SECOND, 100 * SECOND]) {
        set(after).expect("there is room");
        wait_for(number);
        let late = LATE.load(Ordering::Relaxed);
        assert!(late < 100_000, "{after}: {late}");
    }
}

case!(alarms_are_numbered, machine: EXACT, limit: 10_000);
/// 64 may be set, and no more; not by who sleeps, either. When they have rung, there is room.
fn alarms_are_numbered() {
    for _ in 0..MOST {
        set(50 * MILLISECOND).expect("there is room");
    }
    assert_eq!(set(0), Err(Error::Full));
    assert_eq!(sleep(Duration::from_millis(1)), Err(Error::Full));
    wait_for(64);
    assert_eq!(sleep(Duration::from_millis(1)), Ok(()));
}

case!(no_deadline_is_too_far);
/// It does not come, and the others do.
fn no_deadline_is_too_far() {
    alarm::set(Duration::MAX, |_| panic!("now?"), 0).expect("there is room");
    set(MILLISECOND).expect("there is room");
    wait_for(1);
}

/// Sets the next one, until there have been so many.
fn again(left: u64) {
    COUNT.fetch_add(1, Ordering::Relaxed);
    if left > 0 {
        alarm::set(Duration::from_millis(1), again, left - 1).expect("there is room");
    }
}

case!(an_alarm_may_set_another);
/// And so on. None of them comes before its time.
fn an_alarm_may_set_another() {
    let start = now();
    again(9);
    wait_for(10);
    assert!(now() >= start + 9 * MILLISECOND);
}

/// Sleeps for a while, and returns how long that was.
fn sleep_for(nanoseconds: u64) -> u64 {
    let start = now();
    sleep(Duration::from_nanos(nanoseconds)).expect("there is a clock");
    let slept = now() - start;
    assert!(slept >= nanoseconds, "{slept} for {nanoseconds}");
    slept
}

case!(no_sleep_is_long, machine: EXACT, limit: 10_000);
/// Some sleeps are so short that the alarm rings at the very moment of falling asleep. Who
/// misses it rests until the PIT ticks, up to ten milliseconds.
fn no_sleep_is_long() {
    for nanoseconds in (0..5_000).step_by(3) {
        let slept = sleep_for(nanoseconds);
        assert!(slept < nanoseconds + 100_000, "{slept} for {nanoseconds}");
    }
    let slept = sleep_for(100 * SECOND);
    assert!(slept < 100 * SECOND + 100_000, "{slept}");
}

case!(sleep_without_an_hpet, machine: "-machine hpet=off -icount shift=0,sleep=off", limit: 10_000);
/// The PIT has measured the timer.
fn sleep_without_an_hpet() {
    let slept = sleep_for(50 * MILLISECOND);
    assert!(slept < 51 * MILLISECOND, "{slept}");
}

case!(sleep_without_a_pit, machine: "-machine pit=off -icount shift=0,sleep=off", limit: 10_000);
/// Nothing ticks but the alarm.
fn sleep_without_a_pit() {
    let slept = sleep_for(50 * MILLISECOND);
    assert!(slept < 51 * MILLISECOND, "{slept}");
}

case!(sleep_without_a_local_apic, machine: "-cpu qemu64,-apic -icount shift=0,sleep=off", limit: 10_000);
/// The PIT's ticks look for what is due, each hundredth of a second.
fn sleep_without_a_local_apic() {
    let slept = sleep_for(50 * MILLISECOND);
    assert!(slept < 70 * MILLISECOND, "{slept}");
    for after in [30, 10, 20] {
        set(after * MILLISECOND).expect("there is room");
    }
    wait_for(3);
}

case!(sleep_on_a_machine_with_little, machine: "-M microvm -icount shift=0,sleep=off", limit: 10_000);
/// This one has no port by which the loudspeaker's counter is switched on.
fn sleep_on_a_machine_with_little() {
    let slept = sleep_for(50 * MILLISECOND);
    assert!(slept < 51 * MILLISECOND, "{slept}");
}

case!(sleep_where_nothing_interrupts, machine: "-machine pit=off -cpu qemu64,-apic");
/// The processor looks at the clock all the time.
fn sleep_where_nothing_interrupts() {
    sleep_for(50 * MILLISECOND);
    assert_eq!(irq::count(irq::TIMER), 0);
}

case!(no_sleep_without_a_clock, machine: "-M microvm,pit=off", says: "no clock: the PIT does not count");
/// With neither HPET nor PIT nobody knows how fast the time-stamp counter is.
fn no_sleep_without_a_clock() {
    assert_eq!((clock::now(), clock::uptime()), (None, None));
    assert_eq!(sleep(Duration::from_millis(1)), Err(Error::NoClock));
    let set = alarm::set(Duration::from_millis(1), note, 0);
    assert_eq!(set, Err(Error::NoClock));
}

case!(who_sleeps_in_an_alarm_is_caught, expect: Verdict::Panicked,
    says: "who sleeps has to hear the alarm");
/// Nothing would wake the handler.
fn who_sleeps_in_an_alarm_is_caught() {
    let ring = |_| sleep(Duration::from_millis(1)).expect("there is a clock");
    alarm::set(Duration::from_millis(1), ring, 0).expect("there is room");
    sleep(Duration::from_millis(100)).expect("there is a clock");
}

case!(the_leap_day_ends, machine: "-rtc base=2020-02-29T23:59:58,clock=vm -icount shift=0,sleep=off", limit: 10_000);
/// With March.
fn the_leap_day_ends() {
    let date = || rtc::date(Some(0x32)).expect("there is a clock");
    let (before, seconds) = (date(), date().unix_time());
    assert_eq!((before.year, before.month, before.day), (2020, 2, 29));
    sleep(Duration::from_secs(3)).expect("there is a clock");
    let after = date();
    assert_eq!((after.year, after.month, after.day), (2020, 3, 1));
    assert_eq!((after.hour, after.minute), (0, 0));
    assert_eq!(after.unix_time() - seconds, 3);
}

case!(no_date_is_torn, machine: "-rtc base=2019-12-31T23:59:57,clock=vm -icount shift=0,sleep=off", limit: 10_000);
/// At the end of a year all registers change. We look all the time around the moment.
fn no_date_is_torn() {
    pit::start(1000).expect("the timer has this rate");
    wait_for_second();
    while rtc::date(None).is_ok_and(|date| date.second != 59) {
        wait_for_second();
    }
    sleep(Duration::from_millis(998)).expect("there is a clock");
    let (start, mut last) = (now(), unix_time());
    while now() < start + 4 * MILLISECOND {
        let time = unix_time();
        assert!(time == last || time == last + 1, "{time} after {last}");
        last = time;
    }
    assert_eq!(last, 1_577_836_800);
}

case!(no_date_without_a_real_time_clock, machine: "-M microvm,rtc=off");
/// Nobody knows it then.
fn no_date_without_a_real_time_clock() {
    assert_eq!(rtc::date(None), Err(rtc::Error::Absent));
}
