"""A few steps of training in each process of `accelerate launch`; every process keeps what it ends
with: `python launched.py FOLDER`."""

import sys
from pathlib import Path

import torch
from training import CATALOG, fresh, small_rows, tiny

from colorist_models.train import finetune, processes

folder = Path(sys.argv[1])
torch.set_num_threads(1)
tokenizer, config = tiny()
train, dev = small_rows()
checkpoint = folder / "checkpoint.pt"
student, rows = fresh(tokenizer, config), []
student.register_forward_hook(
    lambda module, given, _: rows.append(len(given[0])) if module.training else None
)
average, log = finetune(student, tokenizer, CATALOG, train, dev, config, checkpoint=checkpoint)
mine = processes()
torch.save(
    {
        "weights": average.cpu().state_dict(),
        "log": log,
        "rows": rows,
        "processes": mine.num_processes,
    },
    folder / f"process{mine.process_index}.pt",
)
