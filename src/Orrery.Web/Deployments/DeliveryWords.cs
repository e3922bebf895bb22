using Orrery.Contracts;

namespace Orrery.Web;

/// <summary>Deliveries in plain words.</summary>
internal static class DeliveryWords
{
    private static readonly string[] Names = ["validate", "security", "test", "approval", "build", "deploy", "smoke_test", "audit", "notify"];

    /// <summary>What a stage looks at.</summary>
    public static string Of(string stage) => stage switch
    {
        "validate" => "Validate",
        "security" => "Security scan",
        "test" => "Tests",
        "approval" => "Approval",
        "build" => "Build",
        "deploy" => "Deploy",
        "smoke_test" => "Smoke test",
        "audit" => "Audit",
        "notify" => "Tell people",
        _ => stage,
    };

    /// <summary>How many of the nine stages are behind it.</summary>
    public static int Done(ModelDelivery delivery) => delivery.State == "succeeded" ? Names.Length : Math.Max(0, Array.IndexOf(Names, delivery.Stage));

    /// <summary>Why it is where it is, in one sentence; null where nothing is to be said.</summary>
    public static string? Why(ModelDelivery delivery)
    {
        var (stage, message) = (Of(delivery.Stage).ToLowerInvariant(), Plain(delivery.Message));
        return delivery.State switch
        {
            "rejected" => $"It was refused at the stage {stage}. {message}",
            "failed" => $"It failed at the stage {stage}. {message}",
            "rolled_back" => $"It was taken back after it was deployed. {message}",
            "cancelled" => $"It was cancelled at the stage {stage}. {message}",
            "waiting" => $"It waits at the stage {stage}. {message}",
            _ => message,
        };
    }

    /// <summary>A message without the command that one would type: pages have a button for it.</summary>
    public static string? Plain(string? message) => message?.IndexOf(" Decide by: mlops", StringComparison.Ordinal) is > 0 and var command ? message[..command] : message;

    /// <summary>Whether it came to an end.</summary>
    public static bool HasEnded(ModelDelivery delivery) => delivery.State is "succeeded" or "failed" or "rejected" or "cancelled" or "rolled_back";
}
