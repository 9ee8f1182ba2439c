import Catalog
import CommandLineKit
import ModelFiles
import Plimsoll

/// The options of `fit` that are plimsoll's own.
struct FitOptions {
  var model: String?
  var gpu: AcceleratorArgument?
  var instance: String?
  var gpuMemory: SizeArgument?
  var gpuFree: SizeArgument?
  var nodes = 1
  var vllm: String?
  var entryPoint = EntryPoint.serve
  var environment: [String] = []
  var whatIf: WhatIfArgument?
  var available: ByteCountArgument?
  var checkpointBytes: ByteCountArgument?
  var measured: [MeasuredArgument] = []
  var store: String?
  var compileCache: CompileCache?
  var image: ImageArgument?
  var workload = WorkloadOptions()
  var minConcurrency: Double?
  var minKVTokens: Int?
  var minHeadroom: SizeArgument?
  var json = false
  var quiet = false
  var strict = false
  var exitZero = false
  var offline = false
  var refresh = false
  var project: String?
  var noProject = false
  var showOrigin = false
  var deployment = FormatOptions()
  var display = DisplayOptions()

  static var sections: [Section<FitOptions>] {
    [
      Section(
        "What to plan",
        [
          .positional(
            "MODEL", \.model, required: false,
            help: "A preset, a hub id (ORG/NAME, ORG/NAME@REVISION), a folder, a config.json, or a .safetensors file."
          ).completing { Catalog.ids(.models) },
          .option("--gpu", to: \.gpu, help: "The accelerator and how many: a100-80gb, h100:4.")
            .completing { Catalog.gpuIDs },
          .option(
            "--instance", to: \.instance, value: "TYPE",
            help: "The GPUs of a cloud's instance, in place of --gpu: p5.48xlarge."
          ).completing { Catalog.instanceTypes },
          .option("--gpu-memory", to: \.gpuMemory, help: "The total that CUDA reports, such as 79.14GiB."),
          .option("--gpu-free", to: \.gpuFree, help: "What is free on each GPU before the start."),
          .option("--nodes", to: \.nodes, value: "N", help: "Nodes that the accelerators are spread over."),
          .option(
            "--what-if-quantization", to: \.whatIf,
            help: "Plan the checkpoint that one might make of the model: awq, gptq:8, w4a16:4:64, fp8."),
          .option("--vllm", to: \.vllm, value: "RELEASE", help: "The release of vLLM, 0.8.5 to 0.33.0; else 0.33.0."),
          .option("--entry-point", to: \.entryPoint, help: "Whose defaults: the server's, or those of class LLM."),
          .option(
            "--image", to: \.image,
            help: "Also say what an image of that many pixels costs, and how many a prompt may have."),
          .option(
            "--env", appendingTo: \.environment, value: "NAME=VALUE", help: "A VLLM_ variable of the engine."),
        ]),
      Section(
        "What is known better",
        [
          .option(
            "--available-kv-cache-memory", to: \.available, value: "BYTES",
            help: "The KV memory of each GPU, in place of the estimate: block arithmetic alone."),
          .option(
            "--checkpoint-bytes", to: \.checkpointBytes, value: "BYTES",
            help: "The size of the weights' files, against which those of the config are held."),
          .option(
            "--measured", appendingTo: \.measured, help: "A measured figure in place of an estimate: weights=61.1GiB."),
          .option(
            "--store", to: \.store, value: "DIR|none",
            help: "Records that 'calibrate' keeps, in place of the user's own; none takes no record."),
          .option(
            "--compile-cache", to: \.compileCache,
            help: "Whether the start finds its kernels compiled; else as a record has it, or either."),
        ]),
      WorkloadOptions.section.inside(\.workload),
      Section(
        "Gates",
        [
          .option(
            "--min-concurrency", to: \.minConcurrency, value: "N",
            help: "Requests at once: of the workload, else of max-model-len."),
          .option("--min-kv-tokens", to: \.minKVTokens, value: "N", help: "KV tokens that must be there."),
          .option("--min-headroom", to: \.minHeadroom, help: "Memory that must stay outside of what vLLM uses."),
          .flag("--strict", to: \.strict, help: "Exit 3 where it fits by the best estimate only."),
          .flag("--exit-zero", to: \.exitZero, help: "Report without gating: exit 0 whatever the answer."),
        ]),
      Section(
        "Where else values are from",
        [
          .option(
            "--project", to: \.project, value: "FILE|none",
            help: "The project file, in place of the nearest plimsoll.json at this folder or above it."),
          .flag("--no-project", to: \.noProject, help: "Read neither a project file nor the user's own."),
        ]),
      Section(
        "Output",
        [
          .flag("--json", to: \.json, help: "One JSON document on standard output."),
          .flag("--quiet", to: \.quiet, help: "Nothing on a clear yes, else one line on standard error."),
          .flag("--show-origin", to: \.showOrigin, help: "Also say of each value in force where it is from."),
          .flag("--offline", to: \.offline, help: "Touch no network: presets, folders and caches alone."),
          .flag("--refresh", to: \.refresh, help: "Ask the hub, whatever is built in or lies in a cache."),
        ]),
      FormatOptions.section.inside(\.deployment),
      DisplayOptions.section.inside(\.display),
    ]
  }
}
