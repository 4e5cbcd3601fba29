//! A mutator for JSON: bytes that are changed at random are hardly ever JSON again, and never reach
//! what lies behind the parser.

use libfuzzer_sys::fuzzer_mutate;
use serde_json::{Map, Number, Value, json};

/// libFuzzer's custom mutator for JSON texts: mostly they stay JSON. Gives the new size.
pub fn text(data: &mut [u8], size: usize, max_size: usize, seed: u32) -> usize {
    let mut random = Random::new(seed);
    if random.below(8) > 0
        && let Some(text) = json(&data[..size], max_size, &mut random)
    {
        data[..text.len()].copy_from_slice(&text);
        return text.len();
    }
    fuzzer_mutate(data, size, max_size)
}

/// A small generator of numbers (xorshift64*, Vigna 2016); the same seed gives the same numbers.
pub struct Random(u64);

impl Random {
    /// A generator.
    #[must_use]
    pub fn new(seed: u32) -> Self {
        Self(u64::from(seed) << 1 | 1)
    }

    /// The next number below a limit, which is at least 1.
    pub fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let number = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 32;
        number as usize % limit.max(1)
    }
}

/// Changes one to four places of a JSON text. `None` when it is no JSON, or becomes too long: then
/// bytes should be changed instead.
#[must_use]
pub fn json(text: &[u8], longest: usize, random: &mut Random) -> Option<Vec<u8>> {
    let mut value: Value = serde_json::from_slice(text).ok()?;
    for _ in 0..=random.below(4) {
        let at = random.below(count(&value));
        change(&mut value, at, random);
    }
    let text = serde_json::to_vec(&value).ok()?;
    (text.len() <= longest).then_some(text)
}

fn count(value: &Value) -> usize {
    1 + match value {
        Value::Array(list) => list.iter().map(count).sum(),
        Value::Object(map) => map.values().map(count).sum(),
        _ => 0,
    }
}

/// Changes the value that stands at this place in the order of the text; the outermost is 0.
fn change(value: &mut Value, at: usize, random: &mut Random) {
    if at == 0 {
        *value = other(value, random);
        return;
    }
    let mut left = at - 1;
    let children: Vec<&mut Value> = match value {
        Value::Array(list) => list.iter_mut().collect(),
        Value::Object(map) => map.values_mut().collect(),
        _ => return,
    };
    for child in children {
        let size = count(child);
        if left < size {
            return change(child, left, random);
        }
        left -= size;
    }
}

fn other(value: &Value, random: &mut Random) -> Value {
    match (random.below(3), value) {
        (0, _) => any(random),
        (_, Value::Array(list)) => array(list.clone(), random),
        (_, Value::Object(map)) => object(map, random),
        (_, Value::String(text)) => string(text, random),
        (_, Value::Number(number)) => numeric(number, random),
        _ => any(random),
    }
}

fn any(random: &mut Random) -> Value {
    match random.below(12) {
        0 => Value::Null,
        1 => json!(true),
        2 => json!(0),
        3 => json!(-1),
        4 => json!(1e308),
        5 => json!(u64::MAX),
        6 => json!(4_294_967_296_u64),
        7 => json!(""),
        8 => json!("<unk>"),
        9 => json!([]),
        10 => json!({}),
        _ => json!("\u{1f308}\u{301}"),
    }
}

fn array(mut list: Vec<Value>, random: &mut Random) -> Value {
    if list.is_empty() {
        return json!([any(random)]);
    }
    let (a, b) = (random.below(list.len()), random.below(list.len()));
    match random.below(4) {
        0 => drop(list.remove(a)),
        1 => list.swap(a, b),
        2 => list.insert(a, list[b].clone()),
        _ => list.truncate(a),
    }
    Value::Array(list)
}

fn object(map: &Map<String, Value>, random: &mut Random) -> Value {
    let mut map = map.clone();
    let keys: Vec<String> = map.keys().cloned().collect();
    if keys.is_empty() {
        return any(random);
    }
    let (a, b) = (
        &keys[random.below(keys.len())],
        &keys[random.below(keys.len())],
    );
    match random.below(3) {
        0 => drop(map.remove(a)),
        1 => {
            let copy = map[a].clone();
            map.insert(b.clone(), copy);
        }
        _ => {
            let renamed = map.remove(a).unwrap_or_default();
            map.insert(format!("{a}x"), renamed);
        }
    }
    Value::Object(map)
}

fn string(text: &str, random: &mut Random) -> Value {
    let characters: Vec<char> = text.chars().collect();
    let at = random.below(characters.len() + 1);
    let cut: String = characters[..at].iter().collect();
    Value::String(match random.below(4) {
        0 => cut,
        1 => format!("{cut}\u{0}{}", &text[cut.len()..]),
        2 => text.repeat(2),
        _ => format!("{text} "),
    })
}

fn numeric(number: &Number, random: &mut Random) -> Value {
    let value = number.as_f64().unwrap_or_default();
    match random.below(5) {
        0 => json!(value + 1.0),
        1 => json!(-value),
        2 => json!(value * 1000.0),
        3 => json!(number.as_i64().unwrap_or_default().wrapping_sub(1)),
        _ => json!(number.as_i64().unwrap_or_default() / 2),
    }
}
