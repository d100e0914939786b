using System.Buffers.Binary;
using System.Reflection;
using System.Reflection.Emit;

namespace EventTracking.Tests.Architecture;

/// <summary>Lists the types that a compiled type names in signatures, attributes and method bodies, and its string literals.</summary>
internal static class CompiledCode
{
    private const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;
    private const byte TwoByteInstruction = 0xFE;

    private static readonly Dictionary<short, OperandType> Operands = typeof(OpCodes).GetFields()
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(instruction => instruction.Value, instruction => instruction.OperandType);

    /// <summary>The types that a type names anywhere, arguments of generic types and methods included.</summary>
    public static IEnumerable<Type> TypesOf(Type type) => Supertypes(type)
        .Concat(Attributes(type.GetMembers(All).SelectMany(member => member.CustomAttributes).Concat(type.CustomAttributes)))
        .Concat(type.GetFields(All).Select(field => field.FieldType))
        .Concat(Methods(type).SelectMany(Signature))
        .Concat(Methods(type).SelectMany(Body))
        .SelectMany(Parts)
        .Distinct();

    /// <summary>The string literals and the string constants of a type. A constant that it uses is a literal by now.</summary>
    public static IEnumerable<string> TextsOf(Type type) => type.GetFields(All)
        .Where(field => field.IsLiteral)
        .Select(field => field.GetRawConstantValue())
        .OfType<string>()
        .Concat(
            from method in Methods(type)
            from operand in OperandsOf(method)
            where operand.Type == OperandType.InlineString
            select method.Module.ResolveString(operand.Token));

    private static IEnumerable<MethodBase> Methods(Type type) => type.GetMethods(All).Concat<MethodBase>(type.GetConstructors(All));

    private static IEnumerable<Type> Supertypes(Type type) =>
        [.. type.BaseType is { } parent ? [parent] : Type.EmptyTypes, .. type.GetInterfaces(), .. Constraints(type.GetGenericArguments())];

    private static IEnumerable<Type> Constraints(Type[] arguments) =>
        arguments.Where(argument => argument.IsGenericParameter).SelectMany(argument => argument.GetGenericParameterConstraints());

    private static IEnumerable<Type> Attributes(IEnumerable<CustomAttributeData> attributes) => attributes.SelectMany(attribute => attribute.ConstructorArguments
        .Concat(attribute.NamedArguments.Select(argument => argument.TypedValue))
        .SelectMany(argument => argument.Value is IEnumerable<CustomAttributeTypedArgument> items ? items : [argument])
        .Select(argument => argument.Value as Type ?? argument.ArgumentType)
        .Append(attribute.AttributeType));

    private static IEnumerable<Type> Signature(MethodBase method) =>
    [
        .. method is MethodInfo { ReturnType: var returned } ? [returned] : Type.EmptyTypes,
        .. method.GetParameters().Select(parameter => parameter.ParameterType),
        .. Attributes(method.GetParameters().SelectMany(parameter => parameter.CustomAttributes)),
        .. Constraints(ArgumentsOf(method)),
    ];

    private static IEnumerable<Type> Body(MethodBase method)
    {
        if (method.GetMethodBody() is not { } body)
        {
            return [];
        }

        return body.LocalVariables.Select(local => local.LocalType)
            .Concat(body.ExceptionHandlingClauses.Where(clause => clause.Flags == ExceptionHandlingClauseOptions.Clause).Select(clause => clause.CatchType!))
            .Concat(
                from operand in OperandsOf(method)
                where operand.Type is OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineTok or OperandType.InlineType
                from named in Members(method.Module.ResolveMember(operand.Token, method.DeclaringType!.GetGenericArguments(), ArgumentsOf(method))!)
                select named);
    }

    private static IEnumerable<Type> Members(MemberInfo member) => member switch
    {
        Type type => [type],
        MethodBase method => [method.DeclaringType!, .. ArgumentsOf(method)],
        _ => [member.DeclaringType!],
    };

    private static Type[] ArgumentsOf(MethodBase method) => method.IsGenericMethod ? method.GetGenericArguments() : [];

    /// <summary>Returns a type with its generic arguments and its array elements. Type parameters belong to no assembly and are left out.</summary>
    private static IEnumerable<Type> Parts(Type type) =>
        type.IsGenericParameter ? []
        : type.GetElementType() is { } element ? Parts(element)
        : type.GetGenericArguments().SelectMany(Parts).Prepend(type);

    /// <summary>The operands of a method's instructions that refer to metadata.</summary>
    private static IEnumerable<(OperandType Type, int Token)> OperandsOf(MethodBase method)
    {
        var code = method.GetMethodBody()?.GetILAsByteArray() ?? [];
        for (var at = 0; at < code.Length;)
        {
            var instruction = code[at++];
            var operand = Operands[instruction == TwoByteInstruction ? (short)((instruction << 8) | code[at++]) : instruction];
            switch (operand)
            {
                case OperandType.InlineNone:
                    break;
                case OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar:
                    at += sizeof(byte);
                    break;
                case OperandType.InlineVar:
                    at += sizeof(short);
                    break;
                case OperandType.InlineI8 or OperandType.InlineR:
                    at += sizeof(long);
                    break;
                case OperandType.InlineSwitch:
                    at += sizeof(int) * (1 + BinaryPrimitives.ReadInt32LittleEndian(code.AsSpan(at)));
                    break;
                default:
                    yield return (operand, BinaryPrimitives.ReadInt32LittleEndian(code.AsSpan(at)));
                    at += sizeof(int);
                    break;
            }
        }
    }
}
