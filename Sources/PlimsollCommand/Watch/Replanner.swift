import CommandLineKit
import Deployments
import ModelFiles
import Plimsoll

/// The deployment of a saved plan, planned again with other flags. Nothing is fetched: where the model is in no preset
/// and no cache, nothing is planned.
struct Replanner {
  private var deployment: Deployment

  init?(_ plan: SavedPlan, _ context: Context) {
    guard plan.argv.count > 2, plan.device != "unnamed" else { return nil }
    var line = ServeArguments(abbreviated: false)
    var words = plan.argv.dropFirst(3)
    var options = FitOptions()
    options.model = plan.argv[2]
    options.gpu = AcceleratorArgument(name: plan.device, count: nil)
    options.vllm = plan.release
    options.offline = true
    if let total = plan.total { options.gpuMemory = try? SizeArgument(word: "\(total.count)B") }
    do {
      while let word = words.popFirst() { guard try line.take(word, &words) else { return nil } }
      try line.finish()
      let typed = FitLayers.Typed(settings: [], options: options, serve: line.flags, revision: nil)
      let request = try FitRequest(FitValues(typed, project: nil), hub: try HubInput.hub(options, context))
      guard let accelerator = request.accelerator else { return nil }
      deployment = request.deployment(on: accelerator)
    } catch {
      return nil
    }
    // It has to be the plan that was saved: a checkpoint that is no longer there would make another of it.
    guard let tokens = deployment.evaluate().tokens, let saved = plan.tokens, abs(tokens - saved) * 50 <= saved else {
      return nil
    }
  }

  /// The remedy with what it comes to; nil where vLLM would not start with it for sure.
  func checked(_ remedy: WatchRemedy, _ change: (inout ServeFlags) -> Void) -> WatchRemedy? {
    var changed = deployment
    change(&changed.flags)
    let plan = Planner.plan(changed)
    guard plan.verdict == .fits else { return nil }
    var remedy = remedy
    (remedy.verdict, remedy.tokens) = (plan.verdict, plan.evaluation.tokens)
    return remedy
  }
}
