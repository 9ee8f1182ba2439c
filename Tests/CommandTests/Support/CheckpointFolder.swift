import Foundation
import ModelFiles

/// The tensors of ``smallConfig(_:)`` as a checkpoint names them: 16 layers of 32 heads of 64 on 8, 32,000 words.
func smallTensors(layers: Int = 16) -> [(name: String, shape: [Int])] {
  var tensors: [(name: String, shape: [Int])] = [
    ("model.embed_tokens.weight", [32000, 2048]), ("model.norm.weight", [2048]), ("lm_head.weight", [32000, 2048]),
  ]
  for layer in 0..<layers {
    for (name, rows, columns) in [
      ("self_attn.q_proj", 2048, 2048), ("self_attn.k_proj", 512, 2048), ("self_attn.v_proj", 512, 2048),
      ("self_attn.o_proj", 2048, 2048), ("mlp.gate_proj", 8192, 2048), ("mlp.up_proj", 8192, 2048),
      ("mlp.down_proj", 2048, 8192),
    ] { tensors.append(("model.layers.\(layer).\(name).weight", [rows, columns])) }
    for name in ["input_layernorm", "post_attention_layernorm"] {
      tensors.append(("model.layers.\(layer).\(name).weight", [2048]))
    }
  }
  return tensors
}

/// The parameters of the same, by hand: two tables, a norm, and of each layer queries, keys, values, output, three
/// matrices of the network and two norms.
let smallParameters =
  2 * 32000 * 2048 + 2048 + 16 * (2 * 2048 * 2048 + 2 * 512 * 2048 + 3 * 8192 * 2048 + 2 * 2048)

/// Writes a safetensors file whose data are a hole in the disk.
func writeSafetensors(_ tensors: [(name: String, shape: [Int])], dtype: String = "BF16", to path: String) throws {
  let size = dtype == "F32" ? 4 : 2
  var object = JSONObject()
  var offset = 0
  for tensor in tensors {
    let end = offset + tensor.shape.reduce(size, *)
    object[tensor.name] = [
      "dtype": .string(dtype), "shape": .array(tensor.shape.map { .integer($0) }),
      "data_offsets": [.integer(offset), .integer(end)],
    ]
    offset = end
  }
  let header = Array(JSON.object(object).serialized(pretty: false).utf8)
  let length = (0..<8).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) }
  try Data(length + header).write(to: URL(fileURLWithPath: path))
  guard truncate(path, off_t(8 + header.count + offset)) == 0 else { throw CocoaError(.fileWriteOutOfSpace) }
}
