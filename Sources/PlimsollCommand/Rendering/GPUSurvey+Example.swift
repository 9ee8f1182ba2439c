import CommandLineKit
import ModelFiles
import Plimsoll

extension GPUSurvey {
  /// The figures of one deployment of the table; where nothing could be planned, the answer `unknown` and why.
  var exampleDocument: JSON {
    guard let report = example else {
      let known = rows.first { $0.device.totalMemory.bytes != nil } ?? rows.first
      let failure = InputFailure(code: "not-modelled", message: known?.reason ?? "no data-centre GPU is modelled")
      return UnknownModelJSON.document(failure, request.values)
    }
    return FitJSON(report: report).document
  }

  /// The deployment whose figures stand beside the table: that of the first GPU that starts with the parallel sizes of
  /// the flags, or with as few as any. Where none starts, that of the GPU with the most memory.
  private var example: FitReport? {
    var planned = rows.filter { !$0.isUnknown }
    guard
      let largest = planned.max(by: { ($0.device.totalMemory.bytes ?? .zero) < ($1.device.totalMemory.bytes ?? .zero) })
    else { return nil }
    if request.flags.namesNoParallelism {
      // The table begins with those that need fewest.
      planned = planned.filter { $0.fewest != nil && $0.fewest == planned.first?.fewest }
      guard let row = planned.first(where: { $0.fewestSurely == $0.fewest }) ?? planned.first else {
        return report(largest.device, request.flags, "none starts with up to 64; it has the most memory")
      }
      var flags = request.flags
      if row.layout.0 > 1 { flags.tensorParallelSize = row.layout.0 }
      if row.layout.1 > 1 { flags.pipelineParallelSize = row.layout.1 }
      return report(row.device, flags, "the first of those that start with the fewest")
    }
    for row in planned where request.deployment(on: AcceleratorInput(device: row.device)).evaluate().starts {
      return report(row.device, request.flags, "the first that starts with these parallel sizes")
    }
    return report(largest.device, request.flags, "none starts with these parallel sizes; it has the most memory")
  }

  private func report(_ device: Device, _ flags: ServeFlags, _ why: String) -> FitReport {
    var request = request
    request.flags = flags
    var accelerator = AcceleratorInput(device: device)
    let plan = Planner.plan(request.deployment(on: accelerator))
    let count = plan.acceleratorsUsed
    accelerator.note =
      "none is named, so that all but the table is of \(max(count, 1)) x \(device.id): \(why)"
    return FitReport(request: request, accelerator: accelerator, plan: plan, gates: [])
  }
}
