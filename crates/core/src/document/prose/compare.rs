//! What two texts have in common, character by character: the shortest way from one to the other (Myers), so that a save
//! touches what its author touched and nothing else.

/// Steps after which the shortest way is given up: texts that differ this much have been rewritten, and the middle between
/// their common beginning and end is taken as another text.
const MOST_STEPS: usize = 1_000;

/// A part that stands in both texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Same {
    /// Where it begins in the one.
    pub(super) from: usize,
    /// Where it begins in the other.
    pub(super) to: usize,
    /// How many characters it has.
    pub(super) length: usize,
}

/// The parts that stay on the way from one text to the other, in order.
pub(super) fn same_parts(one: &[char], other: &[char]) -> Vec<Same> {
    let begin = common(one.iter(), other.iter());
    let (Some(one), Some(other)) = (one.get(begin..), other.get(begin..)) else { return Vec::new() };
    let end = common(one.iter().rev(), other.iter().rev());
    let (middle, other_middle) = (one.len() - end, other.len() - end);
    let mut parts = vec![Same { from: 0, to: 0, length: begin }];
    if let (Some(one), Some(other)) = (one.get(..middle), other.get(..other_middle)) {
        let between = shortest_way(one, other).unwrap_or_default();
        parts.extend(between.iter().map(|same| Same { from: same.from + begin, to: same.to + begin, ..*same }));
    }
    parts.push(Same { from: begin + middle, to: begin + other_middle, length: end });
    parts.retain(|same| same.length > 0);
    parts
}

fn common<'a>(one: impl Iterator<Item = &'a char>, other: impl Iterator<Item = &'a char>) -> usize {
    one.zip(other).take_while(|(one, other)| one == other).count()
}

/// The furthest place reached on each diagonal; a diagonal's number is how much further one is in the first text.
#[derive(Clone)]
struct Reached {
    middle: usize,
    places: Vec<usize>,
}

impl Reached {
    fn at(&self, diagonal: isize) -> usize {
        let index = self.middle.checked_add_signed(diagonal);
        index.and_then(|index| self.places.get(index)).copied().unwrap_or(0)
    }

    fn set(&mut self, diagonal: isize, place: usize) {
        let index = self.middle.checked_add_signed(diagonal);
        if let Some(slot) = index.and_then(|index| self.places.get_mut(index)) {
            *slot = place;
        }
    }

    /// Whether the way to a diagonal comes down from the one above it (a character of the other text is added).
    fn comes_down(&self, diagonal: isize, steps: isize) -> bool {
        diagonal == -steps || (diagonal != steps && self.at(diagonal - 1) < self.at(diagonal + 1))
    }
}

/// The common parts on the shortest way; `None` when it is longer than [`MOST_STEPS`].
fn shortest_way(one: &[char], other: &[char]) -> Option<Vec<Same>> {
    let most = (one.len() + other.len()).min(MOST_STEPS);
    let mut trace: Vec<Reached> = Vec::new();
    let mut before = Reached { middle: 1, places: vec![0; 3] };
    for steps in 0..=isize::try_from(most).ok()? {
        let middle = steps.unsigned_abs() + 1;
        let mut reached = Reached { middle, places: vec![0; 2 * middle + 1] };
        let mut arrived = None;
        for diagonal in (-steps..=steps).step_by(2) {
            let mut from = match before.comes_down(diagonal, steps) {
                true => before.at(diagonal + 1),
                false => before.at(diagonal - 1) + 1,
            };
            let to = from.checked_add_signed(-diagonal)?;
            from += common(one.iter().skip(from), other.iter().skip(to));
            reached.set(diagonal, from);
            let to = from.checked_add_signed(-diagonal)?;
            if from >= one.len() && to >= other.len() {
                arrived = Some(diagonal);
                break;
            }
        }
        trace.push(std::mem::replace(&mut before, reached));
        if let Some(diagonal) = arrived {
            return walk_back(&trace, steps, diagonal, (one.len(), other.len()));
        }
    }
    None
}

/// Goes the way back from the ends and gives the common parts, in order.
fn walk_back(trace: &[Reached], steps: isize, mut diagonal: isize, ends: (usize, usize)) -> Option<Vec<Same>> {
    let (mut from, mut to) = ends;
    let mut parts = Vec::new();
    for steps in (0..=steps).rev() {
        let before = trace.get(steps.unsigned_abs())?;
        let down = before.comes_down(diagonal, steps);
        let came = if down { diagonal + 1 } else { diagonal - 1 };
        let came_from = if steps == 0 { 0 } else { before.at(came) };
        let begins = if down || steps == 0 { came_from } else { came_from + 1 };
        let length = from.checked_sub(begins)?;
        parts.push(Same { from: begins, to: to.checked_sub(length)?, length });
        to = came_from.checked_add_signed(-came).unwrap_or(0);
        (from, diagonal) = (came_from, came);
    }
    parts.retain(|same| same.length > 0);
    parts.reverse();
    Some(parts)
}
