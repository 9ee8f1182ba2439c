import Deployments
import Plimsoll
import Testing

/// What stands around the arguments of vLLM. A line is written as its words, parted by blanks; `'…'` keeps blanks.
@Suite struct LaunchTests {
  private static func words(_ line: String) -> [String] {
    var words: [String] = []
    var word: String?
    var isQuoted = false
    for character in line {
      if character == "'" {
        isQuoted.toggle()
        word = word ?? ""
      } else if character == " ", !isQuoted {
        if let done = word { words.append(done) }
        word = nil
      } else {
        word = (word ?? "") + String(character)
      }
    }
    return words + (word.map { [$0] } ?? [])
  }

  private func read(_ line: String) throws(LineError) -> ServeLine { try ServeLine.read(Self.words(line)) }

  @Test(
    "A line is found behind what starts it",
    arguments: [
      "vllm serve m -tp 2", "/opt/venv/bin/vllm serve m -tp 2", "A=1 B='x y' vllm serve m -tp 2",
      "env -i PATH=/bin A=1 vllm serve m -tp 2", "exec vllm serve m -tp 2", "nohup nice -n 5 vllm serve m -tp 2",
      "time timeout -s INT 600 vllm serve m -tp 2", "sudo -E -u vllm env A=1 vllm serve m -tp 2",
      "numactl -N 0 -m 0 taskset -c 0-7 vllm serve m -tp 2", "uv run vllm serve m -tp 2",
      "uvx --from vllm==0.33.0 vllm serve m -tp 2", "conda run -n vllm vllm serve m -tp 2",
      "srun --gres=gpu:h100:8 vllm serve m -tp 2", "apptainer exec --nv vllm.sif vllm serve m -tp 2",
      "python -m vllm.entrypoints.openai.api_server --model m -tp 2",
      "python3.12 -u -X dev -m vllm.entrypoints.openai.api_server --model=m -tp 2",
      "python3 /usr/lib/vllm/entrypoints/openai/api_server.py --model m -tp 2",
      "python3 -mvllm.entrypoints.launchers.api_server.entry --model m -tp 2",
      "python -m vllm.entrypoints.cli.main serve m -tp 2", "python3 /opt/venv/bin/vllm serve m -tp 2",
      "docker run vllm/vllm-openai:v0.33.0 m -tp 2", "docker run vllm/vllm-openai --model m -tp 2",
      "sudo docker run -dit --rm -p8000:8000 -v /a:/b --ipc=host --name x vllm/vllm-openai m -tp 2",
      "docker --context far container run --gpus all registry.local:5000/vllm/vllm-openai:v0.33.0@sha256:ab m -tp 2",
      "docker run --entrypoint vllm vllm/vllm-openai:v0.33.0 serve m -tp 2",
      "docker run --entrypoint bash vllm/vllm-openai:v0.33.0 -c 'vllm serve m -tp 2'",
      "podman run --replace --tls-verify=false rocm/vllm:latest vllm serve m -tp 2",
      "nerdctl run -e A=1 nvcr.io/nvidia/vllm:25.10-py3 python3 -m vllm.entrypoints.openai.api_server --model m -tp 2",
      "docker exec -it box vllm serve m -tp 2", "kubectl exec -it pod -- vllm serve m -tp 2",
      "sh -c 'vllm serve m -tp 2'", "bash -lc 'cd /srv && exec vllm serve m -tp 2 >/tmp/log 2>&1 &'",
      "bash -c 'set -euo pipefail; export A=1; vllm serve m \\\n -tp 2 | tee \"a b\"'",
      "sh -c 'vllm serve \"m\" -tp=\"2\" # the model'", "bash -o pipefail -c 'vllm serve m -tp 2'",
      "bash -euxo pipefail -c 'vllm serve m -tp 2'",
    ])
  func forms(_ text: String) throws {
    let line = try read(text)
    #expect(line.model == "m")
    #expect(line.flags.tensorParallelSize == 2)
    #expect(line.flags.arguments == ["--tensor-parallel-size", "2"])
  }

  @Test(
    "Variables come from wherever the line sets them",
    arguments: [
      "VLLM_MLA_DISABLE=1 vllm serve m", "env VLLM_MLA_DISABLE=1 vllm serve m",
      "docker run -e VLLM_MLA_DISABLE=1 vllm/vllm-openai m", "docker run -eVLLM_MLA_DISABLE=1 vllm/vllm-openai m",
      "docker run --env=VLLM_MLA_DISABLE=1 vllm/vllm-openai m", "sh -c 'export VLLM_MLA_DISABLE=1 && vllm serve m'",
      "sh -c 'VLLM_MLA_DISABLE=1 vllm serve m'", "apptainer exec --env A=1,VLLM_MLA_DISABLE=1 x.sif vllm serve m",
      "apptainer exec --env=A=1,VLLM_MLA_DISABLE=1 x.sif vllm serve m",
      "srun --export=ALL,VLLM_MLA_DISABLE=1 vllm serve m",
    ])
  func environment(_ text: String) throws {
    #expect(try read(text).environment.contains("VLLM_MLA_DISABLE=1"))
  }

  @Test(
    "The image's tag names the release, where it is one",
    arguments: [
      ("vllm/vllm-openai:v0.33.0", "0.33.0"), ("vllm/vllm-openai:v0.11.2-x86_64", "0.11.2"),
      ("docker.io/vllm/vllm-openai:0.33.0", "0.33.0"), ("my.reg:5000/vllm-openai:v0.33.0.post1", "0.33.0"),
      ("vllm/vllm-openai:latest", nil), ("vllm/vllm-openai", nil), ("vllm/vllm-openai:nightly", nil),
      ("vllm/vllm-openai@sha256:0123", nil), ("my.reg:5000/vllm-openai", nil), ("vllm/vllm-openai:v1", nil),
    ])
  func image(_ name: String, _ release: String?) throws {
    let line = try read("docker run \(name) m")
    #expect(line.image?.name == name)
    #expect(line.image?.release == release)
  }

  @Test(
    "The GPUs that a line shows are counted",
    arguments: [
      ("CUDA_VISIBLE_DEVICES=0,1 vllm serve m", 2), ("CUDA_VISIBLE_DEVICES= vllm serve m", 0),
      ("CUDA_VISIBLE_DEVICES=GPU-1,GPU-2,GPU-3 vllm serve m", 3), ("CUDA_VISIBLE_DEVICES=0,-1,1 vllm serve m", 1),
      ("docker run --gpus 2 vllm/vllm-openai m", 2), ("docker run --gpus all vllm/vllm-openai m", nil),
      ("docker run --gpus '\"device=0,3\"' vllm/vllm-openai m", 2),
      ("docker run --gpus=count=3,capabilities=gpu vllm/vllm-openai m", 3),
      ("docker run --gpus 4 -e CUDA_VISIBLE_DEVICES=0 vllm/vllm-openai m", 1),
      ("docker run --runtime=nvidia -e NVIDIA_VISIBLE_DEVICES=all vllm/vllm-openai m", nil),
      ("podman run --device nvidia.com/gpu=0 --device nvidia.com/gpu=1 vllm/vllm-openai m", 2),
      ("srun --gpus-per-node=8 vllm serve m -tp 8 -pp 2 --nnodes 2", 8), ("srun --gres gpu:4 vllm serve m", 4),
      ("vllm serve m", nil), ("CUDA_VISIBLE_DEVICES=0 vllm serve m -dp 2 --data-parallel-rank 0", nil),
      ("CUDA_VISIBLE_DEVICES=0 vllm serve m -dp 4 -dpl 1", nil),
    ] as [(String, Int?)])
  func devices(_ text: String, _ count: Int?) throws {
    #expect(try read(text).devices?.count == count)
  }

  @Test(
    "What is not vLLM's server is named for what it is",
    arguments: [
      ("trtllm-serve m --tp_size 2", "TensorRT-LLM"), ("python -m sglang.launch_server --model m", "SGLang"),
      ("text-generation-launcher --model-id m", "Text Generation"), ("ollama run m", "Ollama"),
      ("./llama-server -m m.gguf", "llama.cpp"), ("lmdeploy serve api_server m", "LMDeploy"),
      ("mlc_llm serve m", "MLC"), ("docker run lmsysorg/sglang:latest python3 -m sglang.launch_server", "SGLang"),
      ("docker run ghcr.io/huggingface/text-generation-inference:3 --model-id m", "Text Generation"),
      ("docker run nvcr.io/nim/meta/llama:1", "NIM"), ("uv run sglang serve m", "SGLang"),
      ("sh -c 'ollama serve'", "Ollama"), ("vllm bench latency --model m", "vllm bench"), ("vllm chat", "vllm chat"),
      ("vllm run-batch -i x", "vllm run-batch"), ("vllm launch render m", "vllm launch"), ("vllm m", "serve"),
      ("vllm", "vllm serve MODEL"), ("python -m vllm.entrypoints.api_server", "no module"),
      ("python -m vllm serve m", "does not start vLLM"), ("python serve.py --model m", "program of its own"),
      ("python -c x", "python -c"),
      ("python", "vllm serve MODEL"), ("echo vllm serve m", "does not start vLLM"), ("A=1", "vllm serve MODEL"),
      ("sh run.sh", "-c"), ("sh -c 'echo hello'", "no command"), ("sh -c 'vllm serve \"m'", "not closed"),
      ("docker run ubuntu:24.04 sleep 1", "not known"), ("docker run", "image"), ("docker ps", "docker run"),
      ("docker run vllm/vllm-openai vllm serve m", "by itself"), ("vllm serve m --omni", "vLLM-Omni"),
    ])
  func strangers(_ text: String, _ part: String) {
    let error = #expect(throws: LineError.self) { try read(text) }
    #expect(error?.message.contains(part) == true || error?.suggestions.isEmpty == false, "\(error?.message ?? "")")
    #expect(error?.isInput == false)
  }

  @Test(
    "What a shell would have filled in is refused by name where it decides something",
    arguments: [
      "vllm serve $MODEL", "vllm serve m -tp $TP", "vllm serve m --tensor-parallel-size=${TP:-2}",
      "vllm serve m --max-model-len $(cat len)", "vllm serve m --max-model-len `cat len`", "vllm serve m $EXTRA",
      "sh -c 'export TP=2; vllm serve m -tp $TP'", "docker run vllm/vllm-openai:$TAG m", "$VLLM serve m",
      "vllm serve m -cc.cudagraph_mode=$MODE", "vllm serve --config $FILE m",
    ])
  func unexpanded(_ text: String) {
    let error = #expect(throws: LineError.self) { try read(text) }
    #expect(["unexpanded", "missing-model"].contains(error?.code))
  }

  @Test("A variable that is not filled in does no harm where it decides nothing")
  func harmless() throws {
    let line = try read("vllm serve m --port $PORT --served-model-name ${NAME} --api-key $(cat key) -tp 2")
    #expect(line.flags.arguments == ["--tensor-parallel-size", "2"])
  }

  @Test("The revision and the number of nodes are kept")
  func kept() throws {
    let line = try read("vllm serve m --revision abc --nnodes 2 --code-revision x")
    #expect(line.revision == "abc")
    #expect(line.nodes == 2)
  }

  @Test(
    "Flags of other releases are noted, since the release planned for may have them, with what to write now",
    arguments: ["--swap-space", "--swap_space", "--task", "--device", "--num_scheduler_steps", "--rope-scaling"])
  func dropped(_ word: String) throws {
    let line = try read("vllm serve m \(word) 4")
    let name = String(word.map { $0 == "_" ? "-" : $0 })
    #expect(line.model == "m")
    #expect(line.flags.retired == [name])
    #expect(RetiredFlags.advice(for: name) != nil)
  }

  @Test("Flags that releases before the oldest modelled had are refused", arguments: ["--speculative-model"])
  func older(_ word: String) {
    let error = #expect(throws: LineError.self) { try read("vllm serve m \(word) 4") }
    #expect(error?.code == "dropped-option")
  }
}
