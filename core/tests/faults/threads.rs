//! Many threads, each with engines of its own.

use std::thread;

use colorist_core::{Colorist, Error, Options, Request, TrimLevel};

use crate::support::Tiny;

#[test]
fn sixty_four_threads_open_and_close_engines() {
    let mut tiny = Tiny::new();
    tiny.set("adjust.used", &[("used", 1.0)]);
    tiny.set("adjust.tint", &[("40", 1.0)]);
    let folder = tiny.write();
    let shared = Colorist::open(folder.path(), Options::default()).unwrap();
    thread::scope(|scope| {
        for number in 0..64 {
            let (path, shared) = (folder.path(), &shared);
            scope.spawn(move || {
                for round in 0..4 {
                    let engine = Colorist::open(path, Options::default()).unwrap();
                    let edit = |engine: &Colorist| engine.edit("warm").unwrap().adjust.unwrap();
                    assert_eq!(edit(&engine).tint, 40);
                    let pending = engine.submit("cold", Request::default(), drop);
                    match (number + round) % 4 {
                        0 => engine.close(),
                        1 => pending.cancel(),
                        2 => engine.trim(TrimLevel::Unload).unwrap(),
                        _ => shared.trim(TrimLevel::Unload).unwrap(),
                    }
                    match engine.edit("warm") {
                        Ok(answer) => assert_eq!(answer.adjust.unwrap().tint, 40),
                        Err(error) => assert!(matches!(error, Error::Closed), "{error:?}"),
                    }
                    assert_eq!(edit(shared).tint, 40);
                }
            });
        }
    });
}
