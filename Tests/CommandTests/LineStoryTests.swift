import Foundation
import ModelFiles
import Testing

/// The line that a script already has, after '--'.
@Suite struct LineStoryTests {
  private static let gpu = "fit --gpu a100-80gb-sxm -- "

  @Test(
    "A prefix before the line of a script answers as the plain line does",
    arguments: [
      "/opt/venv/bin/vllm serve QwQ-32B -tp 2", "nohup env A=1 vllm serve QwQ-32B -tp 2",
      "python3 -m vllm.entrypoints.openai.api_server --model QwQ-32B -tp 2",
      "docker run --gpus all vllm/vllm-openai:latest --model QwQ-32B -tp 2",
      "sh -c 'exec vllm serve QwQ-32B --tensor_par 2'",
    ])
  func forms(_ line: String) throws {
    let expected = try document(Self.gpu + "vllm serve QwQ-32B -tp 2")
    let planned = try document(Self.gpu + line)
    for key in ["verdict", "summary", "engine", "accelerator", "flags", "rank", "kv_cache", "limits"] {
      #expect(planned[key] == expected[key], "\(key)")
    }
  }

  @Test("The image's tag is the release, --vllm wins over it, and one that is not modelled is said")
  func release() throws {
    let named = try document(Self.gpu + "docker run vllm/vllm-openai:v0.33.0 QwQ-32B -tp 2")
    #expect(named.at("engine.assumed") == .bool(false))
    #expect(try document(Self.gpu + "docker run vllm/vllm-openai QwQ-32B -tp 2").at("engine.assumed") == .bool(true))
    let old = "docker run vllm/vllm-openai:v0.7.3 QwQ-32B -tp 2"
    let refused = plimsoll(Self.gpu + old)
    #expect(refused.status == 4)
    #expect(refused.err.contains("0.7.3, which is not modelled: 0.8.5 to 0.33.0 are"))
    #expect(!refused.err.contains("did you mean"))
    #expect(try document("fit --gpu a100-80gb-sxm --vllm 0.33.0 -- " + old).text("engine.release") == "0.33.0")
  }

  @Test("GPUs that the line shows are compared with those that its flags need")
  func devices() throws {
    let few = try document(Self.gpu + "CUDA_VISIBLE_DEVICES=0 vllm serve QwQ-32B -tp 2")
    #expect(few.text("verdict") == "refused")
    #expect(few.findings("error").contains("accelerator-count"))
    #expect(few.findings("note").contains("visible-devices"))
    let many = try document(Self.gpu + "docker run --gpus 4 vllm/vllm-openai QwQ-32B -tp 2")
    #expect(many.findings("warning") == ["unused-accelerators"])
    #expect(many.int("flags.tensor_parallel_size") == 2)
    let right = try document(Self.gpu + "CUDA_VISIBLE_DEVICES=2,3 vllm serve QwQ-32B -tp 2")
    #expect(right.findings("warning") == [])
    let stated = try document("fit --gpu a100-80gb-sxm:4 -- CUDA_VISIBLE_DEVICES=0,1 vllm serve QwQ-32B -tp 4")
    #expect(stated.findings("warning") == ["visible-devices"])
    let nodes = try document(Self.gpu + "srun --gpus-per-node=2 vllm serve QwQ-32B -tp 2 -pp 2 --nnodes 2")
    #expect(nodes.findings("error") == [])
    #expect(nodes.int("accelerator.nodes") == 2)
  }

  @Test("A line's --revision is kept, and where it cannot be looked up what is built in is planned with a warning")
  func revision() throws {
    for line in [
      "fit Qwen3-8B --gpu h100 --revision abc123", "fit --gpu h100 -- vllm serve Qwen/Qwen3-8B --revision=abc123",
    ] {
      let planned = try document(line)
      #expect(planned.text("verdict") == "fits")
      #expect(planned.findings("warning") == ["revision-not-read"])
      #expect(planned.texts("run.argv").prefix(5) == ["vllm", "serve", "Qwen/Qwen3-8B", "--revision", "abc123"])
    }
    // Of a model that is not built in nothing can be planned then.
    #expect(plimsoll("fit --gpu h100 -- vllm serve no/such-model --revision abc123").status == 4)
  }

  @Test("Without GPUs on the line nothing is inferred")
  func nothing() throws {
    let line = try document(Self.gpu + "vllm serve Qwen3-8B")
    #expect(line.int("flags.tensor_parallel_size") == 1)
    #expect(!line.findings("note").contains("visible-devices"))
  }

  @Test(
    "A secret of the line is in no output",
    arguments: [
      "HF_TOKEN=SECRETX1 VLLM_API_KEY=SECRETX2 vllm serve QwQ-32B --api-key SECRETX3 --hf-token SECRETX4",
      "docker run -e HF_TOKEN=SECRETX1 --env VLLM_API_KEY=SECRETX2 vllm/vllm-openai QwQ-32B --api-key=SECRETX3",
      "vllm serve QwQ-32B --hf-token hf_SECRETX456 --api-key SECRETX1 SECRETX2 --max-model-len 100000000",
      "HF_TOKEN=SECRETX1 vllm serve QwQ-32B --max-model-len oops --api-key SECRETX2",
      "HF_TOKEN=SECRETX1 vllm serve no/such-model --hf-token SECRETX2", "HF_TOKEN=SECRETX1 vllm chat",
      "vllm serve QwQ-32B --hf-token=SECRETX1 --no-such --api-key=SECRETX2",
    ])
  func secrets(_ line: String) {
    for gpu in ["fit --gpu h100 -- ", "fit --gpu h100:2 --json -- ", "fit --gpu h100 --quiet -- ", "fit -- "] {
      let answer = plimsoll(gpu + line)
      #expect(!(answer.out + answer.err).contains("SECRETX"), "\(answer.out)\(answer.err)")
    }
  }

  @Test("Variables that are no secrets stay in the line to run")
  func variables() throws {
    let plan = try document(
      Self.gpu + "HF_TOKEN=x HF_HOME=/data VLLM_MLA_DISABLE=1 vllm serve QwQ-32B --max-model-len 8192 -tp 2")
    #expect(plan.at("run.env") == ["HF_HOME": "/data", "VLLM_MLA_DISABLE": "1"])
  }

  @Test("A variable of the line that the engine cannot read is named, and not as an option of plimsoll")
  func badVariable() {
    let line = plimsoll(Self.gpu + "VLLM_MLA_DISABLE=x vllm serve QwQ-32B")
    #expect(line.status == 2)
    #expect(line.err.hasPrefix("plimsoll: VLLM_MLA_DISABLE needs 0 or 1"))
    let own = plimsoll("fit QwQ-32B --gpu h100 --env VLLM_MLA_DISABLE=x")
    #expect(own.err.hasPrefix("plimsoll: --env: VLLM_MLA_DISABLE needs 0 or 1"))
  }

  @Test("What a file of flags does not do is said, with a GPU and without")
  func fileNotes() throws {
    try withFolder { folder in
      let file = folder + "/flags.yaml"
      try "tensor-parallel-size: 2\nenable-prefix-caching: false\n".write(
        toFile: file, atomically: false, encoding: .utf8)
      let line = "vllm serve QwQ-32B --config \(file)"
      let plan = try document(Self.gpu + line)
      #expect(plan.findings("warning") == ["config-false-dropped"])
      #expect(plan.int("flags.tensor_parallel_size") == 2)
      #expect(plan.at("flags.enable_prefix_caching") == .bool(true))
      for gpu in ["fit --gpu h100 -- ", "fit -- "] {
        #expect(plimsoll(gpu + line).err.contains("write --no-enable-prefix-caching on the line"))
      }
    }
  }

  @Test("Where neither the command nor the line names a model, vLLM's own is named")
  func model() {
    let answer = plimsoll(Self.gpu + "vllm serve --port 8000")
    #expect(answer.status == 2)
    #expect(answer.err.contains("Qwen/Qwen3-0.6B"))
  }

  @Test("A file of flags that cannot be had is an input that is not there")
  func file() {
    let answer = plimsoll(Self.gpu + "vllm serve QwQ-32B --config /no/such/file.yaml")
    #expect(answer.status == 4)
    #expect(answer.err.contains("/no/such/file.yaml"))
  }

  @Test("Before '--' a name has to be whole, since plimsoll has names of its own")
  func whole() {
    #expect(plimsoll("fit QwQ-32B --gpu h100 --tensor-par 2").status == 2)
    #expect(plimsoll("fit QwQ-32B --gpu h100 --gpu-mem 0.9").status == 2)
  }
}
