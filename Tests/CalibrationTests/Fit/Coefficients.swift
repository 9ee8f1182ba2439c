import Foundation

@testable import Plimsoll

/// The file of coefficients as values that a fit changes.
struct Coefficients {
  var file: MeasuredTermsFile

  /// Where a coefficient lies in the values that the build made of the file.
  enum Field {
    case count(WritableKeyPath<FittedTerms, Int>)
    case mebibytes(WritableKeyPath<FittedTerms, Bytes>)
    case kibibytes(WritableKeyPath<FittedTerms, Bytes>)
    case spread(WritableKeyPath<FittedTerms, Spread>)
    case shares(WritableKeyPath<FittedTerms, Shares>)
  }

  static var fields: [String: Field] {
    [
      "hiddenCopies": .count(\.hiddenCopies), "samplerV1": .count(\.samplerV1),
      "samplerV1Least": .count(\.samplerV1Least), "samplerV2": .count(\.samplerV2),
      "samplerV1Drafting": .count(\.samplerV1Drafting),
      "compileFloor": .spread(\.compileFloor), "activationShares": .shares(\.activationShares),
      "activationMargin": .mebibytes(\.activationMargin),
      "quantizedExpertsMargin": .mebibytes(\.quantizedExpertsMargin),
      "nonTorchSingle": .spread(\.nonTorchSingle), "hostReserve": .spread(\.hostReserve),
      "nonTorchSingleDataCentre": .spread(\.nonTorchSingleDataCentre), "graphMargin": .mebibytes(\.graphMargin),
      "nonTorchSeveral": .spread(\.nonTorchSeveral),
      "nonTorchSeveralDataCentre": .spread(\.nonTorchSeveralDataCentre), "communicator": .spread(\.communicator),
      "communicatorDataCentre": .spread(\.communicatorDataCentre), "integratedHost": .spread(\.integratedHost),
      "startCostSingle": .spread(\.startCostSingle), "startCostSeveral": .spread(\.startCostSeveral),
      "graphBase": .mebibytes(\.graphBase), "graphPerLayer": .kibibytes(\.graphPerLayer),
      "graphPerLayerReduced": .kibibytes(\.graphPerLayerReduced),
      "graphPerLayerQuantized": .kibibytes(\.graphPerLayerQuantized),
      "graphPerLayerLatent": .kibibytes(\.graphPerLayerLatent),
      "graphShares": .shares(\.graphShares), "graphSharesOther": .shares(\.graphSharesOther),
      "graphSharesStates": .shares(\.graphSharesStates), "afterBudgetMargin": .spread(\.afterBudgetMargin),
    ]
  }

  /// The values that a release has: the oldest of those that hold through it or one after it.
  func terms(of release: String) -> FittedTerms {
    var terms = FittedTerms.newest
    guard let own = ReleaseNumber(release) else { return terms }
    for coefficient in file.coefficients {
      let value = coefficient.values.last { value in
        value.through.flatMap { ReleaseNumber($0) }.map { own <= $0 } ?? true
      }
      guard let value, let field = Self.fields[coefficient.name] else { continue }
      switch field {
      case .count(let path): terms[keyPath: path] = value.best
      case .mebibytes(let path): terms[keyPath: path] = .mib(value.best)
      case .kibibytes(let path): terms[keyPath: path] = .kib(value.best)
      case .spread(let path):
        let ends = [value.low, value.best, value.high, value.worst].map { Bytes.mib($0 ?? 0) }
        terms[keyPath: path] = Spread(low: ends[0], best: ends[1], high: ends[2], worst: ends[3])
      case .shares(let path):
        terms[keyPath: path] = Shares(
          low: value.low ?? 100, best: value.best, high: value.high ?? 100, worst: value.worst ?? 100)
      }
    }
    return terms
  }

  /// Puts a fit in the place of the value that holds through a release; nil is the newest.
  mutating func set(_ name: String, through: String?, _ fitted: Fitted, how: String) {
    guard let index = file.coefficients.firstIndex(where: { $0.name == name }),
      let place = file.coefficients[index].values.firstIndex(where: { $0.through == through })
    else { return }
    file.coefficients[index].values[place] = MeasuredTermsFile.Value(
      through: through, low: fitted.low, best: fitted.best, high: fitted.high, worst: fitted.worst, basis: "fitted",
      how: how, sources: fitted.sources, residual: fitted.residual, starts: fitted.starts)
  }
}
