using System.Reflection;

namespace EventTracking.Tests.Architecture;

/// <summary>
/// One namespace of a program uses another. Compiled types are read, so aliases, global usings and unqualified names count like any
/// other use, and comments do not. The compiled program does not show the use of a constant, only its value.
/// </summary>
/// <param name="Source">The namespace that uses, below the program's own; empty for the root.</param>
/// <param name="Target">The namespace that is used.</param>
/// <param name="Example">A type that uses, and what it uses.</param>
internal sealed record Use(string Source, string Target, string Example)
{
    /// <summary>All uses between different namespaces of a program, one for each pair.</summary>
    public static IReadOnlyList<Use> Within(Assembly program) =>
    [
        .. (from type in program.GetTypes()
            let source = Below(program, type)
            where source is not null
            from used in CompiledCode.TypesOf(type)
            let target = Below(program, used)
            where target is not null && target != source
            select new Use(source, target, $"{type} uses {used}")).DistinctBy(use => (use.Source, use.Target)),
    ];

    /// <summary>The first name of a namespace below the root: the folder that a reader sees first.</summary>
    public static string FirstOf(string place) => place.Split('.')[0];

    /// <summary>A type's namespace below the program's own; null for a type of another program, and for generated code in a namespace of its generator's.</summary>
    public static string? Below(Assembly program, Type type)
    {
        var root = program.GetName().Name!;
        return type.Assembly != program ? null
            : type.Namespace == root ? ""
            : type.Namespace?.StartsWith($"{root}.", StringComparison.Ordinal) ?? false ? type.Namespace[(root.Length + 1)..]
            : null;
    }
}
