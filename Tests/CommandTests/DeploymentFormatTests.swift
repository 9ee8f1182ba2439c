import Foundation
import ModelFiles
import Testing

/// `fit --format`, `--write` and `--force`: what is written, where to, and when nothing is.
@Suite struct DeploymentFormatTests {
  private static let fits = "fit QwQ-32B --gpu h100:2 --max-model-len 8192"

  @Test(
    "A line that is written out is planned again as the same deployment",
    arguments: [
      "QwQ-32B --gpu h100:2", "QwQ-32B --gpu a100-80gb-sxm --max-model-len 8192 --kv-cache-dtype fp8",
      "llama-3.1-8b --gpu l40s --max-model-len 8192 --env VLLM_USE_V2_MODEL_RUNNER=0 --no-enable-prefix-caching",
      "qwen3-30b-a3b-fp8 --gpu h100:2 --enable-expert-parallel --compilation-config.cudagraph_mode=NONE",
      "phi-4 --gpu mi300x --enable-lora --max-lora-rank 32",
    ])
  func roundTrip(_ asked: String) throws {
    let plan = try document("fit \(asked)")
    let gpu = try #require(plan.text("accelerator.id"))
    for format in ["shell", "docker", "config"] {
      let text = plimsoll("fit \(asked) --format \(format)").out
      var line = ["sh", "-c", text]
      let folder = FileManager.default.temporaryDirectory.appendingPathComponent("plan-\(UUID().uuidString).yaml")
      defer { try? FileManager.default.removeItem(at: folder) }
      if format == "config" {
        try text.write(to: folder, atomically: true, encoding: .utf8)
        let variables = plan.at("run.env")?.keys.map { "\($0)=\(plan.text("run.env.\($0)") ?? "")" } ?? []
        line = variables + ["vllm", "serve", "--config", folder.path]
      }
      let again = try plimsoll(["fit", "--gpu", gpu, "--json", "--"] + line).json()
      #expect(again.at("flags") == plan.at("flags"), "\(format)")
      #expect(again.at("kv_cache") == plan.at("kv_cache"), "\(format)")
      #expect(again.text("verdict") == "fits")
    }
  }

  @Test("The words are those of the line to run")
  func words() throws {
    let run = try document(Self.fits).texts("run.argv")
    #expect(try plimsoll(Self.fits + " --format argv").json() == .array(run.map { .string($0) }))
  }

  @Test(
    "Where the answer is no, nothing is written and standard error says why",
    arguments: [
      ("fit QwQ-32B --gpu l4 --format kubernetes", 1, "does-not-fit"),
      ("fit QwQ-32B --gpu h100:3 --format shell", 1, "refused"),
      ("fit QwQ-32B --gpu h100:2 --min-concurrency 1000 --format shell", 1, "below the 1000.00 demanded"),
      ("fit QwQ-32B --gpu h100-80gb-mig-3g.40gb --format shell", 4, "unknown"),
      ("fit QwQ-32B --gpu l4 --format kubernetes --exit-zero", 0, "does-not-fit"),
    ])
  func no(_ line: String, _ status: Int32, _ why: String) {
    let answer = plimsoll(line)
    #expect(answer.status == status)
    #expect(answer.out.isEmpty)
    #expect(answer.err.contains("no deployment is written: ") && answer.err.contains(why))
  }

  @Test("Tight flags are not written, but those that surely fit")
  func tight() throws {
    let asked = "fit QwQ-32B --gpu a100-80gb-sxm"
    let plan = try document(asked)
    #expect(plan.text("verdict") == "tight")
    let answer = plimsoll(asked + " --format argv")
    #expect(answer.status == 0)
    #expect(try answer.json() == .array(plan.texts("run.argv").map { .string($0) }))
    #expect(plimsoll(asked + " --format shell").out.contains("# Asked for: "))
  }

  @Test(
    "Options that contradict each other are refused before anything is worked out",
    arguments: [
      ("fit QwQ-32B --gpu h100:2 --format shell --json", "cannot both be"),
      ("fit QwQ-32B --gpu h100:2 --write x", "needs --format"), ("fit QwQ-32B --gpu h100:2 --force", "needs --format"),
      ("fit QwQ-32B --gpu h100:2 --format shell --force", "needs --write"),
      ("fit QwQ-32B --format shell", "needs --gpu"), ("fit QwQ-32B --gpu h100:2 --format yaml", "none of shell, argv"),
      ("fit QwQ-32B --gpu h100:4 --nodes 2 --format compose", "these span nodes: lws, ray, slurm"),
      ("fit QwQ-32B --gpu h100:2 --format shell --write /no/such/folder/x", "make it first"),
      ("fit QwQ-32B --gpu h100:2 --format shell --write /tmp", "is a folder"),
      ("fit QwQ-32B --gpu h100:2 --format shell --write /dev/null --force", "no file that can be written over"),
    ])
  func contradictions(_ line: String, _ why: String) {
    let answer = plimsoll(line)
    #expect(answer.status == 2)
    #expect(answer.out.isEmpty || line.contains("--json"))
    #expect((answer.err + answer.out).contains(why), "\(answer.err)")
  }

  private func text(of file: String) -> String? { try? String(contentsOfFile: file, encoding: .utf8) }

  @Test("--write makes a new file, and takes another's place only with --force")
  func write() throws {
    try withFolder { folder in
      let file = folder + "/deployment.yaml"
      let printed = plimsoll(Self.fits + " --format kubernetes").out
      let answer = plimsoll(Self.fits + " --format kubernetes --write \(file)")
      #expect(answer.status == 0 && answer.out.isEmpty)
      #expect(answer.err.contains("wrote \(file) (a Kubernetes Deployment)"))
      #expect(text(of: file) == printed)

      let again = plimsoll(Self.fits + " --format compose --write \(file)")
      #expect(again.status == 2 && again.err.contains("--force writes over it"))
      #expect(text(of: file) == printed)
      #expect(plimsoll(Self.fits + " --format compose --write \(file) --force").status == 0)
      #expect(text(of: file)?.contains("services:") == true)
      // Nothing half written is left.
      #expect((try? FileManager.default.contentsOfDirectory(atPath: folder)) == ["deployment.yaml"])
    }
  }

  @Test("A --config file has its variables beside it, and neither is written where one is there")
  func companion() throws {
    try withFolder { folder in
      let line = Self.fits + " --env VLLM_USE_V2_MODEL_RUNNER=0 --format config --write \(folder)/vllm.yaml"
      try "mine".write(toFile: folder + "/vllm.env.sh", atomically: true, encoding: .utf8)
      #expect(plimsoll(line).status == 2)
      #expect(!FileManager.default.fileExists(atPath: folder + "/vllm.yaml"))
      #expect(plimsoll(line + " --force").status == 0)
      let variables = try String(contentsOfFile: folder + "/vllm.env.sh", encoding: .utf8)
      #expect(variables.contains("export VLLM_USE_V2_MODEL_RUNNER=0\n"))
    }
  }

  private static let token = "hf_abcdefghijklmnopqrstuvwxyzabcdefgh"

  @Test(
    "No secret of the line is written",
    arguments: ["shell", "argv", "config", "docker", "compose", "kubernetes", "systemd"])
  func secrets(_ format: String) {
    let line = [
      "HF_TOKEN=" + Self.token, "vllm", "serve", "Qwen/QwQ-32B", "-tp", "2", "--max-model-len", "8192", "--hf-token",
      Self.token,
      "--api-key", "letmein-please", "--port", "8001",
    ]
    let answer = plimsoll(["fit", "--gpu", "h100:2", "--format", format, "--"] + line)
    #expect(answer.status == 0)
    #expect(!answer.out.contains(Self.token) && !answer.out.contains("letmein"))
    #expect(answer.out.contains("8001"))
    if ["docker", "compose", "kubernetes", "systemd", "shell"].contains(format) {
      #expect(answer.out.contains("HF_TOKEN") && answer.out.contains("VLLM_API_KEY"))
    }
  }

  @Test("The image of the line is the one that is run, and flags that move no memory go along")
  func line() {
    let image = "registry.example/vllm-openai:v0.33.0"
    let line = [
      "docker", "run", image, "Qwen/QwQ-32B", "-tp", "2", "--max-model-len", "8192", "--tool-call-parser", "hermes",
    ]
    let answer = plimsoll(["fit", "--gpu", "h100:2", "--format", "compose", "--"] + line)
    #expect(answer.out.contains("image: " + image + "\n"))
    #expect(answer.out.contains("- --tool-call-parser=hermes\n"))
  }

  @Test("Two nodes of eight are written as two nodes of eight")
  func nodes() {
    let line =
      "fit deepseek-v3 --gpu h200:16 --nodes 2 --tensor-parallel-size 8 --pipeline-parallel-size 2 --format slurm"
    let answer = plimsoll(line)
    #expect(answer.status == 0)
    #expect(answer.out.contains("#SBATCH --nodes=2\n") && answer.out.contains("#SBATCH --gpus-per-node=8\n"))
  }
}
