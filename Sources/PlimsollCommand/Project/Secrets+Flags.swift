import CommandLineKit
import Deployments

extension Secrets {
  /// Whether the value of a flag, or of a key of a file, may not be shown, by its name: `--api-key`, `hf_token`.
  static func isSecret(flag name: String) -> Bool {
    let dashed = String(name.drop { $0 == "-" }.map { $0 == "_" ? "-" : $0 }).asciiLowercased
    return ["token", "api-key", "secret", "password"].contains { dashed == $0 || dashed.hasSuffix("-" + $0) }
  }
}
