//! Small bars for the terminal.

/// Cells of a bar from zero to 100; a cell shows two halves, so one half is a step of 5.
const CELLS: usize = 10;

/// Cells of every bar, blanks included.
pub(super) const WIDTH: usize = 2 * CELLS + 1;

/// Cells up to the last one that is not blank.
pub(super) fn shown(value: i32) -> usize {
    let right = if value > 0 {
        halves(value).div_ceil(2)
    } else {
        0
    };
    CELLS + 1 + right
}

/// A bar with zero in its middle, always of the same width.
///
/// The parts are what lies left of zero, the line at zero, and what lies right of it, so that each
/// can have its own color.
pub(super) fn centered(value: i32) -> (String, char, String) {
    let halves = halves(value);
    let (full, half) = (halves / 2, halves % 2);
    let blank = " ".repeat(CELLS);
    let rest = " ".repeat(CELLS - full - half);
    match value.signum() {
        -1 => (
            format!("{rest}{}{}", "▐".repeat(half), "█".repeat(full)),
            '│',
            blank,
        ),
        1 => (
            blank,
            '│',
            format!("{}{}{rest}", "█".repeat(full), "▌".repeat(half)),
        ),
        _ => (blank.clone(), '│', blank),
    }
}

/// How many half cells show a value; anything but zero shows at least one.
fn halves(value: i32) -> usize {
    let steps = (f64::from(value.unsigned_abs()) / 100.0 * (2 * CELLS) as f64).round() as usize;
    steps.clamp(usize::from(value != 0), 2 * CELLS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(value: i32) -> String {
        let (left, zero, right) = centered(value);
        format!("{left}{zero}{right}")
    }

    #[test]
    fn bars_grow_from_the_middle() {
        assert_eq!(drawn(0), "          │          ");
        assert_eq!(drawn(35), "          │███▌      ");
        assert_eq!(drawn(-35), "      ▐███│          ");
        assert_eq!(drawn(100), "          │██████████");
        assert_eq!(drawn(-100), "██████████│          ");
    }

    #[test]
    fn every_bar_has_the_same_width_and_no_change_is_invisible() {
        for value in [-1000, -100, -99, -51, -3, -1, 0, 1, 2, 7, 50, 97, 100, 1000] {
            assert_eq!(drawn(value).chars().count(), WIDTH, "{value}");
            assert_eq!(drawn(value).trim() == "│", value == 0, "{value}");
            assert_eq!(drawn(value).trim_end().chars().count(), shown(value));
        }
    }
}
