//! Areas of cells, as spreadsheets name them.

/// An area of cells that are shown as one. Rows and columns count from 0; both ends belong to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Area {
    pub rows: (u32, u32),
    pub columns: (u32, u32),
}

impl Area {
    /// Reads `E2:E5`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (first, last) = text.split_once(':')?;
        let ((top, left), (bottom, right)) = (cell(first)?, cell(last)?);
        (top <= bottom && left <= right).then_some(Self { rows: (top, bottom), columns: (left, right) })
    }

    /// `E2:E5`.
    pub(super) fn name(self) -> String {
        let cell = |column, row| format!("{}{}", letters(column), row + 1);
        format!("{}:{}", cell(self.columns.0, self.rows.0), cell(self.columns.1, self.rows.1))
    }
}

impl From<&calamine::Dimensions> for Area {
    fn from(area: &calamine::Dimensions) -> Self {
        Self { rows: (area.start.0, area.end.0), columns: (area.start.1, area.end.1) }
    }
}

/// Row and column of `E2`.
fn cell(text: &str) -> Option<(u32, u32)> {
    let at = text.find(|c: char| c.is_ascii_digit())?;
    let (letters, row) = text.split_at(at);
    let digit = |c: char| c.is_ascii_uppercase().then(|| u32::from(c) - u32::from('A') + 1);
    let column = letters.chars().try_fold(0_u32, |column, c| column.checked_mul(26)?.checked_add(digit(c)?))?;
    Some((row.parse::<u32>().ok()?.checked_sub(1)?, column.checked_sub(1)?))
}

fn letters(column: u32) -> String {
    let last = char::from(b'A' + u8::try_from(column % 26).unwrap_or_default());
    if column < 26 { last.to_string() } else { letters(column / 26 - 1) + &last.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_area_is_read_as_it_is_named() {
        for name in ["A1:A2", "E2:E5", "Z1:AA3", "AZ10:BA11"] {
            assert_eq!(Area::parse(name).map(Area::name).as_deref(), Some(name));
        }
        let area = Area { rows: (1, 4), columns: (4, 4) };
        assert_eq!(Area::parse("E2:E5"), Some(area));
        for none in ["", "E2", "E2:", "2:3", "E:F", "E0:E2", "E5:E2", "e2:e5", "ZZZZZZZZ1:ZZZZZZZZ2"] {
            assert_eq!(Area::parse(none), None, "{none}");
        }
    }
}
