//! Writes small ONNX graphs, field by field of the protobuf schema (onnx.proto3).

/// A graph that answers with given logits, whatever the input.
#[derive(Clone)]
pub struct Graph {
    pub inputs: [&'static str; 2],
    pub output: &'static str,
    /// Products of 256 x 256 matrices that are computed before the answer and change nothing:
    /// a knob for how long a run takes.
    pub work: usize,
    /// The one length of the inputs, which are int32 then; 0 for any length and int64.
    pub tokens: usize,
    /// Gives what is no number when the sum of the ids is 10 or more.
    pub fragile: bool,
}

impl Default for Graph {
    fn default() -> Self {
        Self {
            inputs: ["input_ids", "attention_mask"],
            output: "logits",
            work: 0,
            tokens: 0,
            fragile: false,
        }
    }
}

const FLOAT: u64 = 1;
const INT32: u64 = 6;
const INT64: u64 = 7;
const WIDTH: i64 = 256;

impl Graph {
    /// The model's bytes.
    pub fn encode(&self, logits: &[f32], slots: usize, classes: usize) -> Vec<u8> {
        let [ids, mask] = self.inputs;
        let shape = [1, slots as i64, classes as i64];
        let mut graph = Vec::new();
        // The sum of the ids makes all that follows depend on the input, or ONNX Runtime would
        // compute it once, when it loads the graph.
        for node in [
            node("Cast", &[ids], "float", &[int_attribute("to", FLOAT)]),
            node(
                "ReduceSum",
                &["float"],
                "sum",
                &[int_attribute("keepdims", 0)],
            ),
            node(
                "ConstantOfShape",
                &["width"],
                "w",
                &[tensor_attribute("value", &[1e-3])],
            ),
            node("Mul", &["w", "sum"], "y0", &[]),
        ] {
            message(&mut graph, 1, &node);
        }
        for i in 0..self.work {
            let (x, y) = (format!("y{i}"), format!("y{}", i + 1));
            message(&mut graph, 1, &node("MatMul", &[&x, "w"], &y, &[]));
        }
        let last = format!("y{}", self.work);
        for node in [
            node(
                "ReduceSum",
                &[&last],
                "total",
                &[int_attribute("keepdims", 0)],
            ),
            node("Mul", &["total", "zero"], "nothing", &[]),
            node(
                "Add",
                &["given", "nothing"],
                if self.fragile { "answer" } else { self.output },
                &[],
            ),
        ] {
            message(&mut graph, 1, &node);
        }
        if self.fragile {
            // e to the power of 100 is infinite, and 0 times that is no number.
            for node in [
                node("Mul", &["sum", "sum"], "square", &[]),
                node("Exp", &["square"], "power", &[]),
                node("Mul", &["power", "zero"], "poison", &[]),
                node("Add", &["answer", "poison"], self.output, &[]),
            ] {
                message(&mut graph, 1, &node);
            }
        }
        text(&mut graph, 2, "tiny");
        let floats: Vec<u8> = logits.iter().flat_map(|x| x.to_le_bytes()).collect();
        let width: Vec<u8> = [WIDTH, WIDTH]
            .iter()
            .flat_map(|x| x.to_le_bytes())
            .collect();
        message(&mut graph, 5, &tensor("given", FLOAT, &shape, &floats));
        message(
            &mut graph,
            5,
            &tensor("zero", FLOAT, &[], &0f32.to_le_bytes()),
        );
        message(&mut graph, 5, &tensor("width", INT64, &[2], &width));
        let (kind, length) = match self.tokens {
            0 => (INT64, -1),
            tokens => (INT32, tokens as i64),
        };
        for input in [ids, mask] {
            message(&mut graph, 11, &value(input, kind, &[1, length]));
        }
        message(&mut graph, 12, &value(self.output, FLOAT, &shape));
        let mut opset = Vec::new();
        text(&mut opset, 1, "");
        number(&mut opset, 2, 17);
        let mut model = Vec::new();
        number(&mut model, 1, 8);
        message(&mut model, 7, &graph);
        message(&mut model, 8, &opset);
        model
    }
}

fn node(kind: &str, inputs: &[&str], output: &str, attributes: &[Vec<u8>]) -> Vec<u8> {
    let mut node = Vec::new();
    inputs.iter().for_each(|input| text(&mut node, 1, input));
    text(&mut node, 2, output);
    text(&mut node, 4, kind);
    attributes
        .iter()
        .for_each(|attribute| message(&mut node, 5, attribute));
    node
}

fn int_attribute(name: &str, value: u64) -> Vec<u8> {
    let mut attribute = Vec::new();
    text(&mut attribute, 1, name);
    number(&mut attribute, 3, value);
    number(&mut attribute, 20, 2);
    attribute
}

fn tensor_attribute(name: &str, values: &[f32]) -> Vec<u8> {
    let raw: Vec<u8> = values.iter().flat_map(|x| x.to_le_bytes()).collect();
    let mut attribute = Vec::new();
    text(&mut attribute, 1, name);
    message(
        &mut attribute,
        5,
        &tensor("", FLOAT, &[values.len() as i64], &raw),
    );
    number(&mut attribute, 20, 4);
    attribute
}

fn tensor(name: &str, kind: u64, dims: &[i64], raw: &[u8]) -> Vec<u8> {
    let mut tensor = Vec::new();
    dims.iter()
        .for_each(|dim| number(&mut tensor, 1, *dim as u64));
    number(&mut tensor, 2, kind);
    text(&mut tensor, 8, name);
    message(&mut tensor, 9, raw);
    tensor
}

/// A graph input or output; a size of -1 is left open.
fn value(name: &str, kind: u64, dims: &[i64]) -> Vec<u8> {
    let mut shape = Vec::new();
    for dim in dims {
        let mut size = Vec::new();
        match dim {
            -1 => text(&mut size, 2, "sequence"),
            dim => number(&mut size, 1, *dim as u64),
        }
        message(&mut shape, 1, &size);
    }
    let mut tensor = Vec::new();
    number(&mut tensor, 1, kind);
    message(&mut tensor, 2, &shape);
    let mut kind = Vec::new();
    message(&mut kind, 1, &tensor);
    let mut value = Vec::new();
    text(&mut value, 1, name);
    message(&mut value, 2, &kind);
    value
}

fn text(out: &mut Vec<u8>, field: u64, value: &str) {
    message(out, field, value.as_bytes());
}

fn message(out: &mut Vec<u8>, field: u64, value: &[u8]) {
    varint(out, field << 3 | 2);
    varint(out, value.len() as u64);
    out.extend_from_slice(value);
}

fn number(out: &mut Vec<u8>, field: u64, value: u64) {
    varint(out, field << 3);
    varint(out, value);
}

fn varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}
