import Foundation

@testable import Plimsoll

extension Fit {
  /// What lies outside PyTorch.
  static let outside = [
    single("nonTorchSingle", isDataCentre: false), singleOld("nonTorchSingle", isDataCentre: false),
    single("nonTorchSingleDataCentre", isDataCentre: true), singleOld("nonTorchSingleDataCentre", isDataCentre: true),
    Fit("nonTorchSeveral", "what the KV memory of starts since 0.12 leaves for it") { fit in
      fit.samples { c in
        guard c.tensor > 1, !c.work.ranksShareSwitch, !c.isIntegrated, !c.isBefore("0.12.0") else { return nil }
        return fit.implied(c, c.work.nonTorch(fit.terms(of: c)).best)
      }.spread(prior: 0.3)
    },
    Fit("nonTorchSeveralDataCentre", "printed since 0.17, or consumed less weights") { fit in
      fit.nonTorch { $0.tensor > 1 && $0.isDataCentre && !$0.isBefore("0.17.0") }.spread(prior: 0.3)
    },
    Fit(
      "nonTorchSeveralDataCentre", through: "0.16.0",
      "printed by 0.11, and what the KV memory of 0.12 to 0.16 leaves for it"
    ) { fit in
      let implied = fit.samples { c in
        guard c.tensor > 1, c.work.ranksShareSwitch, !c.isBefore("0.12.0"), c.isBefore("0.17.0") else { return nil }
        return fit.implied(c, c.work.nonTorch(fit.terms(of: c)).best)
      }
      let printed = fit.nonTorch {
        $0.tensor > 1 && $0.isDataCentre && $0.isBefore("0.17.0") && !$0.isBefore("0.11.0")
      }
      return (implied + printed).spread(prior: 0.3)
    },
    Fit("communicator", "printed before 0.11, less memory outside PyTorch without them, a doubling") { fit in
      let without = fit.coefficients.terms(of: "0.10.2").nonTorchSeveral.best.mib
      return fit.nonTorch { $0.tensor > 1 && !$0.isDataCentre && $0.isBefore("0.11.0") }
        .map { Sample(id: $0.id, source: $0.source, value: max(4, ($0.value - without) / 2)) }.spread(prior: 0.3)
    },
    Fit("communicatorDataCentre", "what the KV memory of starts before 0.11 leaves for it, a doubling") { fit in
      fit.samples { c in
        guard c.tensor > 1, c.work.ranksShareSwitch, c.isBefore("0.11.0") else { return nil }
        let each = fit.terms(of: c).fitted.communicatorDataCentre.best
        return fit.implied(c, each * Int(c.doublings)).map { $0 / c.doublings }
      }.spread(prior: 0.3)
    },
    Fit("integratedHost", "what the KV memory of starts on GB10 leaves for it") { fit in
      fit.samples { c in c.isIntegrated ? fit.implied(c, fit.terms(of: c).fitted.integratedHost.best) : nil }
        .spread(prior: 0.3)
    },
    Fit("startCostSingle", "total less free memory at the first look") { fit in
      fit.firstLook { $0.tensor == 1 || $0.isBefore("0.11.0") }.spread(prior: 0.3)
    },
    Fit("startCostSeveral", "the same since 0.11 of several GPUs") { fit in
      fit.firstLook { $0.tensor > 1 && !$0.isBefore("0.11.0") }.spread(prior: 0.3)
    },
  ]

  private static func single(_ name: String, isDataCentre: Bool) -> Fit {
    Fit(name, "printed since 0.17, consumed less weights and buffers, or what KV memory leaves for it") { fit in
      let printed = fit.nonTorch { $0.tensor == 1 && $0.isDataCentre == isDataCentre && !$0.isBefore("0.17.0") }
      let implied = fit.samples { c -> Double? in
        let isPrinted = c.start.printed.nonTorch != nil || c.start.printed.consumed != nil
        guard c.tensor == 1, c.work.isDataCentre == isDataCentre, !c.isBefore("0.17.0"), !c.isIntegrated, !isPrinted
        else { return nil }
        // A start that leaves less than nothing shows another term's error.
        return fit.implied(c, c.work.nonTorch(fit.terms(of: c)).best).flatMap { $0 > 0 ? $0 : nil }
      }
      return (printed + implied).spread(prior: 0.3)
    }
  }

  private static func singleOld(_ name: String, isDataCentre: Bool) -> Fit {
    Fit(name, through: "0.16.0", "printed through 0.16") { fit in
      fit.nonTorch { $0.tensor == 1 && $0.isDataCentre == isDataCentre && $0.isBefore("0.17.0") }.spread(prior: 0.3)
    }
  }
}

/// What decides which coefficient a figure outside PyTorch belongs to.
struct Machine {
  var release: String
  var tensor: Int
  var isDataCentre: Bool

  func isBefore(_ other: String) -> Bool {
    guard let own = ReleaseNumber(release), let other = ReleaseNumber(other) else { return false }
    return own < other
  }
}

extension Case {
  fileprivate var machine: Machine {
    Machine(
      release: start.release, tensor: tensor, isDataCentre: tensor > 1 ? work.ranksShareSwitch : work.isDataCentre)
  }
}

extension Refit {
  /// Printed memory outside PyTorch, in MiB; sleep mode counts memory that its allocator holds as freed.
  fileprivate func nonTorch(_ isWanted: (Machine) -> Bool) -> [Sample] {
    samples { c in
      guard isWanted(c.machine), !c.isIntegrated, !c.start.flags.contains("--enable-sleep-mode") else { return nil }
      if let printed = c.start.printed.nonTorch { return printed * 1024 }
      guard let consumed = c.start.printed.consumed, let weights = c.start.printed.weights else { return nil }
      let buffers = c.deployment(with: coefficients).evaluate().stages.last?.persistentBuffers.best ?? .zero
      return (consumed - weights) * 1024 - buffers.mib
    } + observed("non-torch", isWanted)
  }

  /// What was gone when vLLM looked first, in MiB.
  fileprivate func firstLook(_ isWanted: (Machine) -> Bool) -> [Sample] {
    samples { c in
      guard isWanted(c.machine), !c.isIntegrated, let total = c.start.total, let free = c.start.printed.free else {
        return nil
      }
      return (total - free) * 1024
    } + observed("first look", isWanted)
  }

  private func observed(_ quantity: String, _ isWanted: (Machine) -> Bool) -> [Sample] {
    observations
      .filter {
        $0.quantity == quantity
          && isWanted(Machine(release: $0.release, tensor: $0.tensor, isDataCentre: $0.isDataCentre))
      }
      .map { Sample(id: $0.id, source: $0.source, value: $0.gib * 1024) }
  }
}
