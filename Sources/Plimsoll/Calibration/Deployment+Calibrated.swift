extension Deployment {
  /// What a record of this site has to do with the figures, where one has.
  public func calibrationNotes(_ evaluation: Evaluation) -> [Finding] {
    guard let calibration = calibration(for: evaluation.parallelism), let stage = evaluation.stages.first else {
      return []
    }
    var text = "held to record \(calibration.record) of this site"
    if !calibration.measuresCache { text += ", which has no figure of the KV cache" }
    let others = calibration.differences + calibration.drifts
    text += others.isEmpty ? ", whose start had the same flags" : ", whose start had " + others.joined(separator: ", ")
    if !calibration.drifts.isEmpty { text += ": half of the doubt without a record is left" }
    if cacheOfKernels == .cold, calibration.cache == .cold {
      text += "; kernels were compiled in it, and --compile-cache warm plans a start that finds them"
    } else if cacheOfKernels == nil, calibration.cache == .warm {
      text += "; it found its kernels compiled, and --compile-cache cold plans a first start"
    }
    var notes = [Finding("calibrated", .note, text)]
    if !calibration.conflicts.isEmpty, stage.width != nil {
      notes.append(
        Finding(
          "records-differ", .warning,
          "record \(calibration.record) and \(calibration.conflicts.joined(separator: ", ")) are of the same flags "
            + "and differ by up to \(calibration.conflict.gibText) of KV cache: the least is taken, and the interval "
            + "holds all"))
    }
    return notes
  }
}

extension Deriver {
  /// Why a term has no formula: it was given as measured, or a record of this site moves it.
  func measuredNote(_ given: Bytes?) -> String? {
    if given != nil { return "as measured" }
    return deployment.calibration(for: evaluation.parallelism).map {
      "by its formula, and what record \($0.record) shows beyond it"
    }
  }
}
