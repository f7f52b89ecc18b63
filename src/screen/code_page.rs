//! Code page 437: the 256 characters that the font of a PC's text mode has.
//!
//! Source: The Unicode Consortium, `VENDORS/MICSFT/PC/CP437.TXT`.

/// The characters from 0x80 on. Those below are ASCII's.
const UPPER_HALF: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐\
                          └┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}";

/// The number of a character in the font. A question mark stands for each that it lacks.
pub fn encode(character: char) -> u8 {
    if let ' '..='~' = character {
        return character as u8;
    }
    let place = UPPER_HALF.chars().position(|other| other == character);
    place.map_or(b'?', |place| 0x80 + place as u8)
}
