//! The deterministic automaton that decoding walks.

use std::collections::{BTreeSet, HashMap};

use super::{error::GrammarError, paths::Paths, words::LIMIT};

/// A place in a line: what was written so far, as far as it matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct State(u32);

/// A token that may follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edge {
    /// The token's id.
    pub id: u32,
    /// The state after it.
    pub next: State,
}

/// Edges of all states, one after the other.
#[derive(Clone)]
pub(super) struct Table {
    edges: Vec<Edge>,
    /// Where each state's edges end; they begin where those of the state before end.
    ends: Vec<usize>,
    starts: Vec<State>,
    longest: Vec<usize>,
    ids: Vec<u32>,
}

/// Sets of states of [`Paths`], numbered.
#[derive(Default)]
struct Sets {
    numbers: HashMap<Vec<usize>, u32>,
    sets: Vec<Vec<usize>>,
}

impl Sets {
    fn state(&mut self, set: Vec<usize>) -> State {
        if let Some(number) = self.numbers.get(&set) {
            return State(*number);
        }
        // Fits: each state comes from an edge, and those are limited.
        let number = self.sets.len() as u32;
        self.sets.push(set.clone());
        self.numbers.insert(set, number);
        State(number)
    }
}

impl Table {
    /// Makes the paths deterministic: a state is the set of states that the same tokens lead to. No
    /// two of them lead on to the same one, or their lines could not be told apart.
    pub(super) fn new(paths: &Paths) -> Result<Self, GrammarError> {
        let mut sets = Sets::default();
        let starts: Vec<State> = (0..paths.rows())
            .map(|row| sets.state(vec![paths.start(row)]))
            .collect();
        let mut table = Self {
            edges: Vec::new(),
            ends: Vec::new(),
            longest: vec![0; starts.len()],
            starts,
            ids: Vec::new(),
        };
        let mut spent = 0;
        while let Some(set) = sets.sets.get(table.ends.len()) {
            let arcs = set.iter().flat_map(|state| paths.arcs(*state));
            let mut arcs: Vec<(u32, usize)> = arcs.map(|arc| (arc.id, arc.to)).collect();
            spent += arcs.len();
            if spent > LIMIT {
                return Err(GrammarError::TooLarge { limit: LIMIT });
            }
            arcs.sort_unstable();
            for same in arcs.chunk_by(|a, b| a.0 == b.0) {
                let next = sets.state(same.iter().map(|(_, to)| *to).collect());
                let id = same[0].0;
                table.edges.push(Edge { id, next });
            }
            table.ends.push(table.edges.len());
        }
        let ids: BTreeSet<u32> = table.edges.iter().map(|edge| edge.id).collect();
        table.ids = ids.into_iter().collect();
        table.measure();
        Ok(table)
    }

    /// Finds the longest line of each row: states in an order in which each comes after all that
    /// lead to it. Rows share no state, since [`Paths`] does not share any.
    fn measure(&mut self) {
        let mut depth = vec![0; self.ends.len()];
        let mut incoming = vec![0; self.ends.len()];
        for edge in &self.edges {
            incoming[edge.next.0 as usize] += 1;
        }
        for (row, start) in self.starts.iter().enumerate() {
            let mut ready = vec![*start];
            while let Some(state) = ready.pop() {
                let after = depth[state.0 as usize] + 1;
                self.longest[row] = self.longest[row].max(after - 1);
                for edge in self.edges(state) {
                    let next = edge.next.0 as usize;
                    depth[next] = depth[next].max(after);
                    incoming[next] -= 1;
                    if incoming[next] == 0 {
                        ready.push(edge.next);
                    }
                }
            }
        }
    }

    pub(super) fn start(&self, row: usize) -> State {
        self.starts[row]
    }

    pub(super) fn edges(&self, state: State) -> &[Edge] {
        let state = state.0 as usize;
        let from = if state == 0 { 0 } else { self.ends[state - 1] };
        &self.edges[from..self.ends[state]]
    }

    pub(super) fn longest(&self, row: usize) -> usize {
        self.longest[row]
    }

    pub(super) fn ids(&self) -> &[u32] {
        &self.ids
    }
}
