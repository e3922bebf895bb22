using Microsoft.AspNetCore.Http;
using Orrery.Kernel;
using Orrery.Tenancy;

namespace Orrery.Features;

/// <summary>Refuses what a query string has and its endpoint does not take: a misspelt <c>expected_revision</c> would guard nothing.</summary>
internal static class StrictQuery
{
    // Who plans, applies and rolls back with the same options is not refused for those without a meaning there.
    private static readonly string[] ChangeOptions = ["partial", "repin", "allow_breaking", "expected_revision", "note"];

    /// <summary>The filter of one endpoint: known are its parameters of plain types, and the options of changes.</summary>
    public static EndpointFilterDelegate Make(EndpointFilterFactoryContext endpoint, EndpointFilterDelegate next)
    {
        string[] known = [.. endpoint.MethodInfo.GetParameters().Where(static parameter => IsPlain(parameter.ParameterType)).Select(static parameter => parameter.Name!).Union(ChangeOptions)];
        return async call =>
        {
            if (call.HttpContext.Request.Query.Keys.FirstOrDefault(name => !known.Contains(name, StringComparer.OrdinalIgnoreCase)) is not { } wrong)
                return await next(call);
            await Refusals.WriteAsync(
                call.HttpContext, Failure.Invalid("features.query_invalid", $"'{DefinitionNames.Clip(wrong)}' in the query {BodyMembers.Unknown(wrong, known)}"));
            return Results.Empty;
        };
    }

    private static bool IsPlain(Type type) => type == typeof(string) || (Nullable.GetUnderlyingType(type) ?? type).IsPrimitive;
}
