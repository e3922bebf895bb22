namespace Orrery.Contracts;

/// <summary>MLflow's stages of a version. Read without regard to case, written as here.</summary>
public static class ModelStages
{
    /// <summary>No stage; that of a new version.</summary>
    public const string None = "None";

    /// <summary>Under trial.</summary>
    public const string Staging = "Staging";

    /// <summary>In use.</summary>
    public const string Production = "Production";

    /// <summary>No longer in use.</summary>
    public const string Archived = "Archived";
}
