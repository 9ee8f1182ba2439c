import Plimsoll

extension Tower {
  /// Qwen 2-Audio before Whisper's encoder as transformers has it: whole on every rank, never quantized; keys have no
  /// bias (`qwen2_audio.py`).
  mutating func qwen2Audio(textWidth: Int) throws(ConfigError) -> Bool {
    let (width, inner) = (try count("d_model", default: 1280), try count("encoder_ffn_dim", default: 5120))
    let bins = try count("num_mel_bins", default: 128)
    let positions = try count("max_source_positions", default: 1500)
    func linear(_ layer: inout LayerBuilder, _ name: String, _ input: Int, _ output: Int, bias: Bool = true) {
      layer.plain(name, .encoder, .replicated(input: input, outputs: [output], bias: bias))
    }
    add("audio_tower") {
      for (name, input) in [("conv1", bins), ("conv2", width)] {
        $0.tensor(name + ".weight", .encoder, [width, input, 3])
        $0.tensor(name + ".bias", .encoder, [width])
      }
      $0.tensor("embed_positions", .encoder, [positions, width])
      $0.towerNorm("layer_norm", width)
    }
    for index in 0..<(try count("encoder_layers", default: 32)) {
      add("audio_tower.layers.\(index)") {
        for name in ["q_proj", "k_proj", "v_proj", "out_proj"] {
          linear(&$0, "self_attn." + name, width, width, bias: name != "k_proj")
        }
        linear(&$0, "fc1", width, inner)
        linear(&$0, "fc2", inner, width)
        for name in ["self_attn_layer_norm", "final_layer_norm"] { $0.towerNorm(name, width) }
      }
    }
    add("multi_modal_projector") { linear(&$0, "linear", width, textWidth) }
    return true
  }
}
