namespace Orrery.Contracts;

/// <summary>Values of <see cref="Problem.Code"/> that the import API answers with.</summary>
public static class ImportCodes
{
    /// <summary>409: an experiment or registered model of that name exists and did not come from this source.</summary>
    public const string NameTaken = "import.name_taken";

    /// <summary>409: a run or logged model of that id exists and did not come from this source.</summary>
    public const string IdTaken = "import.id_taken";

    /// <summary>409: that version number exists and did not come from this source.</summary>
    public const string VersionTaken = "import.version_taken";

    /// <summary>409: what is stored differs from what was expected; <see cref="Problem.Errors"/> names each count.</summary>
    public const string Incomplete = "import.incomplete";

    /// <summary>409: the import of this run or logged model is complete; it takes no more parts.</summary>
    public const string Complete = "import.complete";

    /// <summary>404: no import of that run or logged model is open.</summary>
    public const string NotOpen = "import.not_open";
}
