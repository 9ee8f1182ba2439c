import Deployments
import Testing

/// Tokens and passwords of a line do not come back.
@Suite struct SecretsTests {
  private static let token = "hf_abcdefghijKLMNOPQRST"

  @Test(
    "A message does not repeat a token",
    arguments: [
      "vllm serve m \(token)", "vllm serve m --hf-token \(token) \(token)", "vllm \(token)", "\(token)",
      "python \(token)", "docker run -e HF_TOKEN \(token)", "vllm serve m --api_kee=\(token)", "docker run \(token)",
      "HF_TOKEN=\(token)", "vllm serve m HF_TOKEN=\(token)", "vllm serve m x=\(token)",
      "vllm serve $X-\(token)", "vllm serve m --max-model-len=$\(token)",
    ])
  func errors(_ line: String) {
    let error = #expect(throws: LineError.self) { try ServeLine.read(line.split(separator: " ").map { String($0) }) }
    #expect(error.map { ([$0.message] + $0.suggestions).joined() }?.contains(Self.token) == false)
  }

  @Test(
    "A variable with a secret is known by its name or its value",
    arguments: [
      ("HF_TOKEN=a", false), ("HUGGING_FACE_HUB_TOKEN=a", false), ("VLLM_API_KEY=a", false), ("DB_PASSWORD=a", false),
      ("AWS_SECRET_ACCESS_KEY=a", false), ("X=hf_abcdefghijklmnopqr", false), ("OPENAI_APIKEY=a", false),
      ("HF_TOKEN_PATH=/a", true), ("HF_HOME=/data/hf_home", true), ("TMPDIR=/mnt/disk-one-of-many-volumes", true),
      ("TOKENIZERS_PARALLELISM=false", true), ("VLLM_MAX_TOKENS_PER_EXPERT_FUSED_MOE=1", true),
      ("CUDA_VISIBLE_DEVICES=0", true), ("VLLM_USE_V2_MODEL_RUNNER=1", true),
    ])
  func variables(_ pair: String, _ isShown: Bool) {
    #expect(Secrets.withoutSecrets([pair]).isEmpty != isShown)
  }
}
