use std::any::TypeId;
use std::hash::{Hash as _, Hasher as _};

use super::LookUpError;
use super::graph::Slot;
use super::token::TypeIdHasher;

/// What the application means by its tokens: read at every look-up, never changed. Open addressing with linear probing, at
/// most half full.
pub(super) struct LookUpTable {
    cells: Box<[Option<(TypeId, Slot)>]>,
    /// Tokens of which it cannot be told what is meant.
    ambiguous: Vec<TypeId>,
}

impl LookUpTable {
    pub(super) fn of(meant: &[(TypeId, Slot)], ambiguous: Vec<TypeId>) -> Self {
        let size = (meant.len() * 2).next_power_of_two();
        let mut table = Self {
            cells: vec![None; size].into_boxed_slice(),
            ambiguous,
        };
        for (id, slot) in meant {
            let mut at = table.place(*id);
            while table.cells[at].is_some_and(|(known, _)| known != *id) {
                at = table.after(at);
            }
            table.cells[at] = Some((*id, *slot));
        }
        table
    }

    #[inline]
    fn place(&self, id: TypeId) -> usize {
        let mut hasher = TypeIdHasher::default();
        id.hash(&mut hasher);
        // The low bits are as good as any.
        #[expect(clippy::cast_possible_truncation, reason = "a place in the table")]
        let hash = hasher.finish() as usize;
        hash & (self.cells.len() - 1)
    }

    #[inline]
    const fn after(&self, at: usize) -> usize {
        (at + 1) & (self.cells.len() - 1)
    }

    #[inline]
    pub(super) fn get(&self, id: TypeId) -> Option<Slot> {
        let mut at = self.place(id);
        loop {
            match self.cells.get(at)? {
                Some((known, slot)) if *known == id => return Some(*slot),
                Some(_) => at = self.after(at),
                None => return None,
            }
        }
    }

    pub(super) fn knows(&self, id: TypeId) -> bool {
        self.get(id).is_some() || self.ambiguous.contains(&id)
    }

    /// Where the application has what provides a token.
    pub(super) fn look_up(&self, token: &'static str, id: TypeId) -> Result<Slot, LookUpError> {
        match self.get(id) {
            Some(slot) => Ok(slot),
            None if self.ambiguous.contains(&id) => Err(LookUpError::Ambiguous { token }),
            None => Err(LookUpError::Missing { token }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_put_is_found_and_nothing_else() {
        let meant = [
            (TypeId::of::<u8>(), Slot(1)),
            (TypeId::of::<u16>(), Slot(2)),
            (TypeId::of::<str>(), Slot(3)),
        ];
        let table = LookUpTable::of(&meant, vec![TypeId::of::<u32>()]);
        for (id, slot) in meant {
            assert_eq!(table.get(id), Some(slot));
        }
        assert_eq!(table.get(TypeId::of::<u64>()), None);
        assert!(table.knows(TypeId::of::<u32>()) && !table.knows(TypeId::of::<u64>()));
        assert_eq!(
            table.look_up("u32", TypeId::of::<u32>()),
            Err(LookUpError::Ambiguous { token: "u32" })
        );
        assert_eq!(LookUpTable::of(&[], Vec::new()).get(TypeId::of::<u8>()), None);
    }
}
