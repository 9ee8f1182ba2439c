import Foundation

@testable import Plimsoll

extension Fit {
  /// The pool of CUDA graphs.
  static let graphs = [
    Fit("graphBase", "printed pools of 8 captured sizes and fewer, less the layers' part") { fit in
      fit.samples { c in
        guard let pool = c.pool, c.work.numCaptureSizes <= 8 else { return nil }
        let layers = Bytes.kib(288) * (c.work.numCaptureSizes * c.work.numLayers)
        return max(0, pool.mib - layers.mib)
      }.median(step: 8)
    },
    Fit("graphPerLayer", "printed pools of unquantized models less the base, a layer and captured size") { fit in
      fit.samples { c in c.isQuantized ? nil : fit.perLayer(c) }.median(step: 8)
    },
    Fit("graphPerLayerQuantized", "the same of quantized models") { fit in
      fit.samples { c in c.isQuantized && !(c.work.usesExperts && c.tensor > 1) ? fit.perLayer(c) : nil }
        .median(step: 8)
    },
    Fit("graphPerLayerQuantizedExperts", "the same of quantized experts on several GPUs") { fit in
      fit.samples { c in c.isQuantized && c.work.usesExperts && c.tensor > 1 ? fit.perLayer(c) : nil }.median(step: 8)
    },
    shares("graphShares") { !$0.hasStates && !$0.isQuantized && !$0.work.usesExperts },
    shares("graphSharesOther") { !$0.hasStates && ($0.isQuantized || $0.work.usesExperts) },
    shares("graphSharesStates") { $0.hasStates },
  ]

  private static func shares(_ name: String, _ isWanted: @escaping @Sendable (Case) -> Bool) -> Fit {
    Fit(name, "printed pools and printed estimates of them, by what is worked out") { fit in
      let pools = [\Start.Printed.graphs, \Start.Printed.estimatedGraphs].flatMap { path in
        fit.samples { c in
          guard isWanted(c), !c.start.isInferred, c.work.numCaptureSizes > 0,
            let printed = c.start.printed[keyPath: path], printed >= 0.05
          else { return nil }
          return printed / c.work.cudaGraphs(fit.terms(of: c)).best.gib
        }
      }
      return pools.shares(prior: 0.4)
    }
  }
}

extension Case {
  /// The printed pool, where no other memory was freed meanwhile.
  var pool: Bytes? {
    guard let printed = start.printed.graphs, printed > 0.05, !isIntegrated, !hasStates, !start.isInferred else {
      return nil
    }
    return Bytes(gib: printed)
  }
}

extension Refit {
  fileprivate func perLayer(_ c: Case) -> Double? {
    guard let pool = c.pool, c.work.numCaptureSizes > 8 else { return nil }
    let base = terms(of: c).fitted.graphBase
    return max(0, (pool - base).mib) * 1024 / Double(c.work.numCaptureSizes * c.work.numLayers)
  }
}
