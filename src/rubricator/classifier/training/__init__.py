"""Learns from labelled pictures: a head (``probe``), the tower too (``finetune``), the embedded model (``lite``)."""
