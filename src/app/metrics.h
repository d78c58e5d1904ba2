/*
 * metrics: how it stands, as a Prometheus server reads it (text format 0.0.4).
 *
 * The names are a promise to those who made graphs and alerts of them: one that was
 * released keeps its name, type and labels.
 */
#ifndef APP_METRICS_H
#define APP_METRICS_H

#include "app/snapshot.h"
#include "serve/counts.h"

#define METRICS_TYPE "text/plain; version=0.0.4; charset=utf-8"

/* `counts` NULL: there is no server of ours, and nothing is said of one. */
void metrics_write(
    struct buf *out, const struct snapshot *snapshot, const struct serve_counts *counts);

#endif
