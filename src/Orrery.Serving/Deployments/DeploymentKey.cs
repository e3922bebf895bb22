using Orrery.Kernel;

namespace Orrery.Serving;

/// <summary>Names a deployment on this server.</summary>
/// <param name="Workspace">Whose it is.</param>
/// <param name="Environment">Such as <c>staging</c>.</param>
/// <param name="Name">Of the deployment.</param>
internal readonly record struct DeploymentKey(WorkspaceId Workspace, string Environment, string Name);
