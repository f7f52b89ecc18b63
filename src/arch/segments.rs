//! Segments: what long mode has left of them. One for code, one for data, and the task
//! state segment, in which the processor finds the emergency stacks (SDM, volume 3,
//! sections 3.4.5 and 9.7).

use x86_64::VirtAddr;
use x86_64::instructions::segmentation::{CS, DS, ES, SS, Segment};
use x86_64::instructions::tables::load_tss;
use x86_64::structures::gdt::{Descriptor, GlobalDescriptorTable};
use x86_64::structures::tss::TaskStateSegment;

use super::stacks;
use crate::reserved::Reserved;

static TABLE: Reserved<GlobalDescriptorTable> = Reserved::new(GlobalDescriptorTable::new());
static TASK_STATE: Reserved<TaskStateSegment> = Reserved::new(TaskStateSegment::new());

/// The proof that the kernel's own segments are in use: handlers name the code
/// segment, and some of them a stack.
pub struct Segments(());

/// Puts the kernel's segments in the place of the boot loader's.
pub fn init() -> Segments {
    let task_state = TASK_STATE.take();
    for (index, top) in stacks::emergency_tops().into_iter().enumerate() {
        task_state.interrupt_stack_table[index] = VirtAddr::new(top);
    }
    let table = TABLE.take();
    let code = table.append(Descriptor::kernel_code_segment());
    let data = table.append(Descriptor::kernel_data_segment());
    let task_state = table.append(Descriptor::tss_segment(task_state));
    table.load();
    // SAFETY: the selectors are those of the table that is loaded, and the
    // segments are as the kernel's own code needs them.
    unsafe {
        CS::set_reg(code);
        SS::set_reg(data);
        DS::set_reg(data);
        ES::set_reg(data);
        load_tss(task_state);
    }
    Segments(())
}
