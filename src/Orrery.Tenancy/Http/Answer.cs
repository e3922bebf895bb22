using System.Reflection;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Orrery.Contracts;
using Orrery.Kernel;

namespace Orrery.Tenancy;

/// <summary>What an endpoint of <c>/api/v1</c> answers: a record of the contracts, or why not as problem details.</summary>
/// <typeparam name="T">A record of Orrery.Contracts.</typeparam>
public sealed class Answer<T> : IResult, IEndpointMetadataProvider
    where T : class
{
    private readonly Result<T> _result;

    internal Answer(Result<T> result) => _result = result;

    /// <summary>The status that a value goes with. Default 200.</summary>
    internal int Status { get; init; } = StatusCodes.Status200OK;

    /// <summary>A result is an answer.</summary>
    public static implicit operator Answer<T>(Result<T> result) => new(result);

    /// <summary>A value is an answer.</summary>
    public static implicit operator Answer<T>(T value) => new(value);

    /// <summary>A failure is an answer.</summary>
    public static implicit operator Answer<T>(Failure failure) => new(failure);

    static void IEndpointMetadataProvider.PopulateMetadata(MethodInfo method, EndpointBuilder builder)
    {
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(T), ["application/json"]));
        Answer.AddRefusals(builder);
    }

    /// <inheritdoc/>
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        if (_result.Failed(out var failure, out var value))
        {
            await Refusals.WriteAsync(httpContext, failure);
            return;
        }

        var body = JsonSerializer.SerializeToUtf8Bytes(value, OrreryJson.TypeOf<T>());
        httpContext.Response.StatusCode = Status;
        httpContext.Response.ContentType = "application/json";
        httpContext.Response.ContentLength = body.Length;
        await httpContext.Response.Body.WriteAsync(body, httpContext.RequestAborted);
    }
}

/// <summary>What an endpoint of <c>/api/v1</c> answers that has nothing to say: 204, or why not as problem details.</summary>
public sealed class Answer : IResult, IEndpointMetadataProvider
{
    private readonly Failure? _failure;

    private Answer(Failure? failure) => _failure = failure;

    /// <summary>A value that stands for something begun, not done (202).</summary>
    public static Answer<T> Accepted<T>(Result<T> result)
        where T : class => new(result) { Status = StatusCodes.Status202Accepted };

    /// <summary>A result is an answer.</summary>
    public static implicit operator Answer(Result<Done> result) => new(result.Failure);

    /// <inheritdoc/>
    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder)
    {
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status204NoContent));
        AddRefusals(builder);
    }

    /// <inheritdoc/>
    public Task ExecuteAsync(HttpContext httpContext)
    {
        if (_failure is not null)
            return Refusals.WriteAsync(httpContext, _failure);
        httpContext.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    internal static void AddRefusals(EndpointBuilder builder)
    {
        foreach (var status in new[] { StatusCodes.Status400BadRequest, StatusCodes.Status404NotFound, StatusCodes.Status409Conflict })
            builder.Metadata.Add(new ProducesResponseTypeMetadata(status, typeof(Problem), ["application/problem+json"]));
    }
}
