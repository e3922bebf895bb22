using Orrery.Kernel;

namespace Orrery.Tracking;

/// <summary>What can be wrong with a run, in MLflow's words.</summary>
internal static class RunFailures
{
    public static Failure NotFound(string runId) => Failure.NotFound("tracking.run_not_found", $"Run with id={Clip(runId)} not found");

    public static Failure NotActive(string runId, string stage) => Failure.Invalid("tracking.run_deleted",
        $"The run {runId} must be in the 'active' state. Current state is {stage}.");

    public static Failure NotDeleted(string runId, string stage) => Failure.Invalid("tracking.run_active",
        $"The run {runId} must be in the 'deleted' state. Current state is {stage}.");

    public static Failure ParamChanged(string runId, Pair before, string after) => Failure.Invalid("tracking.param_changed",
        $"Changing param values is not allowed. Param with key='{before.Key}' was already logged with value='{before.Value}' for run ID='{runId}'. "
        + $"Attempted logging new value '{after}'.");

    public static Failure DuplicateParams(IEnumerable<string> keys) => Failure.Invalid("tracking.duplicate_params",
        $"Duplicate parameter keys have been submitted: [{string.Join(", ", keys.Select(k => $"'{k}'"))}]. "
        + "Please ensure the request contains only one param value per param key.");

    public static Failure TooMany(string what, int max, int got) => Failure.Invalid("tracking.batch_too_large",
        $"A batch logging request can contain at most {max} {what}. Got {got} {what}. Please split up {what} across multiple requests and try again.");

    public static Failure NoTag(string runId, string key) => Failure.NotFound("tracking.tag_not_found",
        $"No tag with name: {key} in run with id {runId}");

    private static string Clip(string id) => id.Length <= 100 ? id : id[..100] + "...";
}
