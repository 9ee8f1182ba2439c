import ModelFiles
import Plimsoll

/// The model that drafts, as `--speculative-config` names it: a config.json of its own, or layers of the model's.
enum DraftInput {
  /// The draft, or why it is not known; neither where no model drafts.
  static func read(
    _ flags: ServeFlags, for model: ModelInput, hub: Hub? = nil
  ) -> (draft: DraftModel?, problem: String?) {
    guard flags.speculative.usesDraftModel else { return (nil, nil) }
    let method = flags.speculative.method ?? "draft_model"
    do {
      guard let name = flags.speculative.model else {
        // DSpark's layers too are in the model's own checkpoint.
        if method == "dspark" { throw DraftTable.unmodelled(method) }
        guard method == "mtp" else { return (nil, "it has to be named under model") }
        let draft = try DraftTable.tokenPrediction(
          of: model.config, quantization: model.quantization, quantizedAtLoad: flags.quantization)
        return (draft, nil)
      }
      let file = try ModelInput.document(name, hub: hub)
      let draft = try DraftTable.draft(
        of: file.json, quantization: file.quantization, method: method, target: model.config)
      return (draft, nil)
    } catch let error as ModelConfigError {
      return (nil, error.message)
    } catch let failure as InputFailure {
      return (nil, failure.message)
    } catch {
      return (nil, nil)
    }
  }
}
