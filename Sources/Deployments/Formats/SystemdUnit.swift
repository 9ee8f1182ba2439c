import Plimsoll

/// A unit of systemd.
///
/// Source: systemd.syntax(7), systemd.service(5), systemd.exec(5): in quotes `\` begins an escape; `%` begins a
/// specifier everywhere and `$` a variable in commands, and two stand for one.
enum SystemdUnit {
  static func text(_ spec: DeploymentSpec) -> String {
    var lines = CommentLines.head(spec)
    // A start that hangs for as long as it may, a few times over.
    let window = (spec.needs.startSeconds ?? 1800) * 4
    lines += [
      "", "[Unit]", "Description=vLLM serving " + percent(CommentLines.oneLine(spec.model)),
      "Wants=network-online.target", "After=network-online.target nvidia-persistenced.service",
      "# It is started three times in a row at the most.", "StartLimitIntervalSec=\(window)", "StartLimitBurst=3", "",
      "[Service]", "Type=exec", "# set me: who it runs as, and where vLLM is installed", "User=vllm",
      "Environment=HOME=/var/lib/vllm", "StateDirectory=vllm",
    ]
    if !spec.secrets.isEmpty {
      let names = spec.secrets.map { $0 + "=…" }.joined(separator: " and ")
      lines += CommentLines.of(
        "\(names) stands in this file, which root alone may read; without the file it starts all the same")
      lines.append("EnvironmentFile=-/etc/vllm/\(spec.label).env")
    }
    lines += spec.environment.map { "Environment=" + percent(quoted($0.name + "=" + $0.value)) }
    if let memory = spec.needs.hostMemory { lines += CommentLines.of("It needs \(memory.size.text): " + memory.reason) }
    if let volume = spec.needs.volume {
      lines += CommentLines.of("/var/lib/vllm needs \(volume.size.text): " + volume.reason)
    }
    lines += CommentLines.flags(spec)
    let head = "ExecStart=/opt/vllm/bin/vllm serve " + word(spec.model)
    let flags = spec.flags.map { $0.words.map(word).joined(separator: " ") }
    lines.append(([head] + flags).joined(separator: " \\\n  "))
    if let seconds = spec.needs.startSeconds {
      lines += CommentLines.of("It is up in \(seconds) s at the latest: " + spec.needs.startReason)
    }
    lines += [
      "Restart=on-failure", "RestartSec=30", "TimeoutStopSec=120", "LimitMEMLOCK=infinity", "", "[Install]",
      "WantedBy=multi-user.target",
    ]
    return lines.joined(separator: "\n") + "\n"
  }

  /// A word of a command: bare, or in double quotes.
  private static func word(_ text: String) -> String {
    let isPlain =
      !text.isEmpty
      && text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"):
          true
        default: "-_./:=@+,".utf8.contains(byte)
        }
      }
    return isPlain ? text : percent(YAMLText.withoutVariables(quoted(text)))
  }

  private static func quoted(_ text: String) -> String {
    YAMLText.quoted(text) { scalar in
      guard scalar.value < 0x20 || scalar.value == 0x7F else { return nil }
      return "\\x" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
    }
  }

  private static func percent(_ text: String) -> String {
    text.split(separator: "%", omittingEmptySubsequences: false).joined(separator: "%%")
  }
}
