extension Calibration {
  /// How far the cache of a stage is known by a record, in GiB.
  struct Width: Hashable, Sendable {
    /// Standard deviations upwards and downwards, and downwards for the 99 % end.
    var up, down, far: Double
    var utilization: Double
    var totalDeviation: Double
    /// Another record had so much more.
    var conflict: Double

    /// The estimate of the cache, as far as the record knows it at a utilization.
    func narrowed(_ cache: Estimate, utilization: Double) -> Estimate {
      Estimate(
        low: cache.best - side(down, interval, utilization), best: cache.best,
        high: cache.best + side(up, interval, utilization) + Bytes(gib: conflict),
        worst: cache.best - reach(utilization: utilization), basis: .measured)
    }

    /// How far the 99 % end lies below the best value.
    func reach(utilization: Double) -> Bytes { side(far, Calibration.far, utilization) }

    /// An error in the total is part of the residual, but for what another utilization makes of it.
    private func side(_ deviation: Double, _ factor: Double, _ utilization: Double) -> Bytes {
      let total = (utilization - self.utilization).magnitude * totalDeviation
      return Bytes(gib: factor * (deviation * deviation + total * total).squareRoot())
    }

    private var interval: Double { Calibration.interval }
  }

  /// Puts what the recorded start showed into the terms of a stage.
  ///
  /// A term that is `given` stays as it is. What the formula changes is as unsure as the formula; what a drift puts in
  /// doubt, by a share of that.
  func carry(_ terms: inout [Estimate], given: [Bool], spent: [Bool]) -> Width {
    let doubt = (Double(drifts.count) * Self.driftShare * Self.driftShare).squareRoot()
    let drift = min(1, doubt)
    var weights = terms.map { _ in 0.0 }
    var (up, down, far) = (0.0, 0.0, 0.0)
    for term in Term.allCases where !given[term.rawValue] {
      let index = term.rawValue
      let (before, then) = (terms[index], predicted[index])
      let now = before.best.gib
      let weight = !term.isTransient ? 1 : then > 0 ? min(1, now / then) : 0
      let known = weight * weight * residuals.covariance[index][index]
      // Of what was there already the record tells; what came on is as unsure as it ever was.
      let moved = now > 0 ? min(1, (now - then).magnitude / now) : 0
      func side(_ reach: Bytes, _ factor: Double) -> Double {
        let own = reach.gib / factor
        return own * own * (moved * moved + drift * drift)
      }
      let (rise, fall) = (side(before.high - before.best, Self.interval), side(before.best - before.low, Self.interval))
      let end = side(before.worst - before.best, Self.far)
      let best = before.best + Bytes(gib: weight * residuals.shifts[index])
      var worst = best + Bytes(gib: Self.far * (known + end).squareRoot())
      // A start from compiled kernels does not show what a first one takes.
      if term == .activation, !isFirst { worst = max(worst, before.worst) }
      terms[index] = Estimate(
        // No term is less than nothing, however wide the doubt.
        low: max(min(best, .zero), best - Bytes(gib: Self.interval * (known + fall).squareRoot())), best: best,
        high: best + Bytes(gib: Self.interval * (known + rise).squareRoot()), worst: worst, basis: .measured)
      guard spent[index] else { continue }
      weights[index] = weight
      (up, down) = (up + fall, down + rise)
      let beyond = term == .activation && !isFirst ? (worst - best).gib / Self.far : 0
      far += max(end, beyond * beyond)
    }
    let known = residuals.variance(of: weights) + cacheDeviation * cacheDeviation
    return Width(
      up: (known + up).squareRoot(), down: (known + down).squareRoot(),
      far: (known + far).squareRoot(), utilization: utilization, totalDeviation: totalDeviation, conflict: conflict.gib)
  }
}

extension Calibration {
  /// Whether the figures of an evaluation are held to this record.
  public func applies(to evaluation: Evaluation) -> Bool { parallelism == evaluation.parallelism }

  /// The ranks that it tells of, as flags.
  public var layout: String {
    let sizes = [("TP", parallelism.tensor), ("PP", parallelism.pipeline), ("DP", parallelism.data)]
    return sizes.filter { $0.1 > 1 || $0.0 == "TP" }.map { $0.0 + " " + String($0.1) }.joined(separator: " ")
  }
}

extension Deployment {
  /// The record that tells of ranks like these; nil without one.
  func calibration(for parallelism: Parallelism) -> Calibration? {
    calibrations.isEmpty ? nil : calibrations.first { $0.parallelism == parallelism }
  }

  /// Puts what this site showed into the terms of a stage, but for what is given.
  func calibrate(_ stage: inout StageLedger, _ parallelism: Parallelism) {
    guard let calibration = calibration(for: parallelism) else { return }
    var terms = stage.terms
    let given = [
      measured.weights, measured.activation, measured.persistentBuffers, measured.nonTorch, measured.cudaGraphs,
    ]
    let width = calibration.carry(
      &terms, given: given.map { $0 != nil }, spent: stage.spent(release.budget))
    (stage.loaded, stage.activation, stage.persistentBuffers) = (terms[0], terms[1], terms[2])
    (stage.nonTorch, stage.cudaGraphs) = (terms[3], terms[4])
    if let shift = calibration.startShift {
      stage.startCost = stage.startCost.map { $0 + Bytes(gib: shift) }
    }
    if calibration.measuresCache { stage.width = width }
  }
}
