using Orrery.Kernel;

namespace Orrery.Storage;

/// <summary>A job that this server has leased. Whoever holds a newer fence has made this one worthless.</summary>
internal sealed record LeasedJob(JobId Id, Actor Actor, string Kind, string Payload, int Attempts, long Fence, bool CancelRequested);
