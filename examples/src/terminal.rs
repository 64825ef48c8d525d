//! Pictures made of characters.

/// Grey values in 0..1 as lines of text, two characters a pixel.
pub fn image(pixels: &[f32], width: usize) -> Vec<String> {
    const SHADES: &[u8] = b" .:-=+*#%@";
    let shade = |value: &f32| {
        let index = (value.clamp(0.0, 1.0) * (SHADES.len() - 1) as f32).round();
        char::from(SHADES[index as usize])
    };
    pixels.chunks(width).map(|row| row.iter().flat_map(|value| [shade(value); 2]).collect()).collect()
}

/// Pictures side by side, each under its caption.
pub fn row(pictures: &[(String, Vec<String>)]) -> String {
    let width = |(caption, lines): &(String, Vec<String>)| {
        lines.iter().map(|line| line.chars().count()).max().unwrap_or(0).max(caption.chars().count()) + 2
    };
    let height = pictures.iter().map(|(_, lines)| lines.len()).max().unwrap_or(0);
    let mut text = String::new();
    for line in 0..=height {
        for picture in pictures {
            let (caption, lines) = picture;
            let cell = if line == 0 { caption.as_str() } else { lines.get(line - 1).map_or("", String::as_str) };
            text.push_str(cell);
            text.extend(std::iter::repeat_n(' ', width(picture) - cell.chars().count()));
        }
        text.truncate(text.trim_end().len());
        text.push('\n');
    }
    text
}
