/// The outcomes of the last calls, at most `size`.
#[derive(Clone, Debug)]
pub(crate) struct CountWindow {
    /// `true` is a failure; a ring once it is full.
    outcomes: Vec<bool>,
    next: usize,
    size: usize,
    failures: u32,
}

impl CountWindow {
    pub(crate) fn new(size: u32) -> Self {
        Self {
            outcomes: Vec::new(),
            next: 0,
            size: size.max(1) as usize,
            failures: 0,
        }
    }

    pub(crate) fn record(&mut self, failed: bool) {
        if self.outcomes.len() < self.size {
            self.outcomes.push(failed);
        } else {
            let before = std::mem::replace(&mut self.outcomes[self.next], failed);
            self.failures -= u32::from(before);
        }
        self.next = (self.next + 1) % self.size;
        self.failures += u32::from(failed);
    }

    pub(crate) fn calls(&self) -> u32 {
        u32::try_from(self.outcomes.len()).unwrap_or(u32::MAX)
    }

    #[cfg(test)]
    pub(crate) fn failures(&self) -> u32 {
        self.failures
    }

    /// Percent; `None` before `minimum` calls (at most the window's size) are known.
    pub(crate) fn failure_rate(&self, minimum: u32) -> Option<f64> {
        let minimum = (minimum as usize).min(self.size);
        (!self.outcomes.is_empty() && self.outcomes.len() >= minimum)
            .then(|| f64::from(self.failures) * 100.0 / f64::from(self.calls()))
    }

    /// Changes the size and keeps the latest outcomes that fit.
    pub(crate) fn resize(&mut self, size: u32) {
        if size.max(1) as usize == self.size {
            return;
        }
        let oldest = if self.outcomes.len() == self.size { self.next } else { 0 };
        let ordered: Vec<bool> = self.outcomes[oldest..]
            .iter()
            .chain(&self.outcomes[..oldest])
            .copied()
            .collect();
        let mut resized = Self::new(size);
        let keep = ordered.len().saturating_sub(resized.size);
        ordered[keep..].iter().for_each(|failed| resized.record(*failed));
        *self = resized;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_slides() {
        let mut window = CountWindow::new(3);
        for failed in [true, false, false, false] {
            window.record(failed);
        }
        assert_eq!((window.calls(), window.failures()), (3, 0));
        window.record(true);
        assert_eq!(window.failure_rate(100).map(f64::round), Some(33.0));
    }

    #[test]
    fn below_the_minimum_nothing_is_judged() {
        let mut window = CountWindow::new(10);
        window.record(true);
        assert_eq!(window.failure_rate(2), None);
        window.record(true);
        assert_eq!(window.failure_rate(2), Some(100.0));
    }

    #[test]
    fn resizing_keeps_the_latest() {
        let mut window = CountWindow::new(3);
        for failed in [true, true, false, true] {
            window.record(failed);
        }
        window.resize(2);
        assert_eq!((window.calls(), window.failures()), (2, 1));
        window.resize(5);
        window.record(true);
        assert_eq!((window.calls(), window.failures()), (3, 2));
    }
}
