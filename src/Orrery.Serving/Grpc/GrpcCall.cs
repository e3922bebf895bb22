using Google.Protobuf;
using Microsoft.AspNetCore.Http;
using Orrery.Kernel;
using Orrery.Tenancy;

namespace Orrery.Serving;

/// <summary>Answers unary calls of gRPC over HTTP/2.</summary>
internal static class GrpcCall
{
    private const int LargestRequest = 1 << 20;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    /// <summary>Answers a call whose messages are small.</summary>
    /// <param name="context">The call.</param>
    /// <param name="parser">Of the request.</param>
    /// <param name="answer">Makes the reply.</param>
    public static async Task AnswerAsync<TRequest, TReply>(
        HttpContext context, MessageParser<TRequest> parser, Func<TRequest, CancellationToken, ValueTask<Result<TReply>>> answer)
        where TRequest : IMessage<TRequest>
        where TReply : class, IMessage
    {
        if (await RefusesAsync(context))
            return;
        using var call = new Prediction();
        try
        {
            var patience = GrpcTimeout.Of(context.Request);
            call.Begin(patience < Longest ? patience.Value : Longest, context.RequestAborted);
            if (!await call.ReadAsync(context.Request, LargestRequest))
            {
                await ServingRefusals.WriteAsync(context, StatusCodes.Status413PayloadTooLarge, $"The request has more than {LargestRequest >> 20} MiB.");
                return;
            }

            GrpcFrame.Open(context, call);
            if ((await answer(parser.ParseFrom(call.Body.Span), call.Cancel)).Failed(out var refused, out var reply))
                await ServingRefusals.WriteAsync(context, refused);
            else
                await WriteAsync(context, reply);
        }
        catch (InvalidProtocolBufferException broken)
        {
            await ServingRefusals.WriteAsync(context, StatusCodes.Status400BadRequest, $"The message is no {typeof(TRequest).Name}: {broken.Message}");
        }
        catch (Exception refused) when (Status(refused, context) is { } status)
        {
            await ServingRefusals.WriteAsync(context, status, refused.Message);
        }
        finally
        {
            call.Reset();
        }
    }

    /// <summary>Refuses what is no call of gRPC.</summary>
    public static async ValueTask<bool> RefusesAsync(HttpContext context)
    {
        if (GrpcRefusals.IsGrpc(context.Request))
            return false;
        await Refusals.WriteAsync(
            context, StatusCodes.Status415UnsupportedMediaType, "serving.not_grpc", "This is a method of gRPC: it is called over HTTP/2 with the content type application/grpc.");
        return true;
    }

    /// <summary>The headers of an answer, and what comes after it.</summary>
    public static void Begin(HttpResponse response)
    {
        response.ContentType = "application/grpc";
        response.AppendTrailer("grpc-status", "0");
    }

    private static async Task WriteAsync(HttpContext context, IMessage reply)
    {
        var frame = new byte[GrpcFrame.PrefixBytes + reply.CalculateSize()];
        reply.WriteTo(frame.AsSpan(GrpcFrame.PrefixBytes));
        GrpcFrame.Close(frame);
        Begin(context.Response);
        await context.Response.Body.WriteAsync(frame, context.RequestAborted);
    }

    private static int? Status(Exception failed, HttpContext context) => failed switch
    {
        TensorException => StatusCodes.Status400BadRequest,
        RefusedException refused => refused.Status,
        BadHttpRequestException bad => bad.StatusCode,
        ModelException broken => broken.Status,
        OperationCanceledException when !context.RequestAborted.IsCancellationRequested => StatusCodes.Status504GatewayTimeout,
        _ => null,
    };
}
