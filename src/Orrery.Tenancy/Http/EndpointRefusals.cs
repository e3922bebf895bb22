using Microsoft.AspNetCore.Http;
using Orrery.Kernel;

namespace Orrery.Tenancy;

/// <summary>On an endpoint whose protocol has a form of its own for refusals: answers those that are made before the endpoint is reached.</summary>
/// <param name="WriteAsync">Answers a request with a failure. Headers set before stay.</param>
public sealed record EndpointRefusals(Func<HttpContext, Failure, Task> WriteAsync);
