using Orrery.Contracts;

namespace Orrery.Client;

/// <summary>One thing that waits to be sent; exactly one field is set.</summary>
internal readonly record struct RunEntry(
    Metric? Metric = null, Param? Param = null, Tag? Tag = null, TaskCompletionSource? Flushed = null);
