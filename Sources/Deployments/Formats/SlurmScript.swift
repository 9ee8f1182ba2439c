import Plimsoll

/// A script for sbatch: one task a node, on whole nodes.
///
/// Source: sbatch(1), srun(1); `--nnodes` and what goes with it as in ``LeaderWorkerSet``.
enum SlurmScript {
  static func text(_ spec: DeploymentSpec) throws(FormatError) -> String {
    try NodeGroup.check(spec, .slurm)
    var lines = ["#!/bin/bash"] + CommentLines.head(spec)
    lines += [
      "#SBATCH --job-name=" + spec.label, "#SBATCH --nodes=\(spec.nodes)", "#SBATCH --ntasks-per-node=1",
      "#SBATCH --gpus-per-node=\(spec.gpusPerNode)",
    ]
    if let cores = spec.needs.cores {
      lines += CommentLines.of("Cores: \(HostNeeds.coresReason)") + ["#SBATCH --cpus-per-task=\(cores)"]
    }
    if let memory = spec.needs.hostMemory {
      lines += CommentLines.of("Memory of a node: " + memory.reason)
      lines.append("#SBATCH --mem=\(memory.size.count >> 30)G")
    } else {
      lines.append("#SBATCH --mem=0")
    }
    lines += ["# set me: how long it serves", "#SBATCH --time=1-00:00:00", "#SBATCH --output=%x-%j.log", ""]
    lines.append("set -euo pipefail")
    for secret in spec.secrets {
      lines += CommentLines.of("\(secret) is passed on from the environment of whoever submits, where it is set")
    }
    if !spec.isFolder {
      let size = spec.needs.volume.map { ", which needs \($0.size.text): " + $0.reason } ?? ""
      lines += CommentLines.of("set me: a folder that every node sees" + size)
      lines.append("export HF_HOME=\"${HF_HOME:-$HOME/.cache/huggingface}\"")
    }
    lines += spec.environment.map { "export " + $0.name + "=" + ShellWords.quoted($0.value) }
    if let seconds = spec.needs.startSeconds {
      lines += CommentLines.of("It is up in \(seconds) s at the latest: " + spec.needs.startReason)
    }
    lines += CommentLines.flags(spec)
    let command = ShellWords.command(["vllm", "serve", spec.model], spec.flags.map(\.words))
    if spec.nodes == 1 {
      lines.append("srun --kill-on-bad-exit=1 " + command)
    } else {
      lines += [
        "MASTER_ADDR=\"$(scontrol show hostnames \"$SLURM_JOB_NODELIST\" | head -n 1)\"", "export MASTER_ADDR",
        "# The first node answers requests, the others have no server.", "# shellcheck disable=SC2016",
        "srun --kill-on-bad-exit=1 bash -c '",
        "  [ \"$SLURM_NODEID\" -eq 0 ] || set -- \"$@\" --headless",
        "  exec \"$@\" --nnodes \"$SLURM_NNODES\" --node-rank \"$SLURM_NODEID\" --master-addr \"$MASTER_ADDR\"",
        "' node " + command,
      ]
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
