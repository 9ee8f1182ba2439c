/// Whose arguments they are: two ways to start the same server, which read them a little differently.
enum ServeForm {
  /// `vllm serve [MODEL] …`.
  case verb
  /// `python -m vllm.entrypoints.openai.api_server --model MODEL …`.
  case module
}
