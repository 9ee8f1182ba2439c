extension Deployment {
  /// What a person should know of how the checkpoint's quantization is run.
  var quantizationNotes: [Finding] {
    var notes: [Finding] = []
    if model.traits.overlooksQuantization {
      notes.append(
        Finding(
          "quantization-overlooked", .warning,
          "the config states a quantization without a quant_method, so that vLLM builds the model unquantized, and "
            + "loading stops at the checkpoint's scales; with \"quant_method\" in it the weights would be smaller"))
    }
    for ignored in model.traits.unmatchedIgnores {
      let hint = ignored.nearest.map { "; the nearest there is: \($0)" } ?? ""
      notes.append(
        Finding(
          "ignored-module-unknown", .note,
          "the checkpoint leaves '\(ignored.name)' unquantized, and this model has no module of that name\(hint)"))
    }
    if device.backend == .cuda, let kernel = weightOnlyKernel {
      notes.append(
        Finding(
          "weight-only-kernel", .note,
          "\(kernel.type) weights stay packed and are multiplied in \(modelDType.rawValue) by \(kernel.name): compute "
            + "capability \(capability.text) has no tensor cores for them"))
    }
    return notes
  }

  /// The kernel that unpacks floats of 4 or 8 bits where the GPU cannot multiply them.
  private var weightOnlyKernel: (type: String, name: String)? {
    let schemes = Set((model.outer.map(\.module) + model.layers.flatMap(\.modules)).map(\.scheme))
    let kernels = self.kernels
    let hasFP8 = schemes.contains { scheme in
      switch scheme {
      case .fp8Block, .fp8Tensor, .fp8Channel: true
      default: false
      }
    }
    if hasFP8, !kernels.hasFP8 { return ("8-bit float", "Marlin") }
    if schemes.contains(.nvfp4) || schemes.contains(.nvfp4WeightOnly), kernels.nvfp4 != .native {
      return ("4-bit float", kernels.nvfp4 == .humming ? "Humming" : "Marlin")
    }
    return nil
  }
}
