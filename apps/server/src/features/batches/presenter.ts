import { type BatchRowState, batchRowStates, type BatchRowView, type BatchView } from '@octavo/contracts';
import type { BatchRecord, BatchRowRecord } from './repository.ts';

export function presentBatch(batch: BatchRecord, counted: Partial<Record<BatchRowState, number>>): BatchView {
  const counts = Object.fromEntries(batchRowStates.map((state) => [state, counted[state] ?? 0])) as BatchView['counts'];
  return {
    id: batch.id,
    title: batch.title,
    contentType: batch.content_type,
    template: batch.template,
    columns: batch.columns,
    provider: batch.provider,
    model: batch.model,
    status: batch.status,
    pausedReason: batch.paused_reason,
    rowCount: Object.values(counts).reduce((sum, count) => sum + count, 0),
    counts,
    maxCostMicroUsd: batch.max_cost_micro_usd === null ? null : Number(batch.max_cost_micro_usd),
    rowsPerMinute: batch.rows_per_minute,
    createdAt: batch.created_at.toISOString(),
    startedAt: batch.started_at?.toISOString() ?? null,
    endedAt: batch.ended_at?.toISOString() ?? null,
  };
}

export function presentRow(row: BatchRowRecord): BatchRowView {
  return {
    number: row.number,
    values: row.values,
    state: row.state,
    contentId: row.content_id,
    title: row.title,
    generationId: row.generation_id,
    error: row.error,
    errorCode: row.error_code,
    costMicroUsd: row.cost === null ? null : Number(row.cost),
  };
}
