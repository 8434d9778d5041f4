// The shelves of the made-up week: two chains that share some stock numbers but neither all products nor their names.

/** One product on the shelves of a chain. */
export interface Product {
  readonly sku: string;
  readonly name: string;
  readonly department: string;
  /** In reais. */
  readonly price: number;
  /** How often shoppers take it, relative to the others. */
  readonly weight: number;
}

const product = (sku: string, name: string, department: string, price: number, weight: number): Product => ({
  sku,
  name,
  department,
  price,
  weight,
});

const aurora: readonly Product[] = [
  product("1001", "Arroz branco tipo 1 5 kg", "mercearia", 27.9, 9),
  product("1002", "Feijão carioca 1 kg", "mercearia", 8.49, 9),
  product("1003", "Café torrado e moído 500 g", "mercearia", 18.9, 8),
  product("1004", "Açúcar cristal 1 kg", "mercearia", 4.79, 6),
  product("1005", "Óleo de soja 900 ml", "mercearia", 7.29, 6),
  product("1006", "Macarrão espaguete 500 g", "mercearia", 4.39, 5),
  product("1007", "Molho de tomate 340 g", "mercearia", 2.99, 5),
  product("1008", "Farinha de mandioca 1 kg", "mercearia", 6.89, 2),
  product("2001", "Leite integral 1 l", "laticínios", 5.19, 10),
  product("2002", "Queijo muçarela fatiado 200 g", "laticínios", 11.9, 5),
  product("2003", "Manteiga com sal 200 g", "laticínios", 12.49, 3),
  product("2004", "Iogurte natural 170 g", "laticínios", 3.49, 4),
  product("3001", "Banana prata 1 kg", "hortifrúti", 6.99, 8),
  product("3002", "Tomate italiano 1 kg", "hortifrúti", 8.99, 6),
  product("3003", "Batata-inglesa 1 kg", "hortifrúti", 5.49, 5),
  product("3004", "Maçã gala 1 kg", "hortifrúti", 9.99, 3),
  product("4001", "Peito de frango 1 kg", "açougue", 19.9, 6),
  product("4002", "Patinho moído 500 g", "açougue", 21.5, 4),
  product("4003", "Linguiça toscana 1 kg", "açougue", 18.9, 3),
  product("5001", "Pão francês 1 kg", "padaria", 15.9, 10),
  product("5002", "Bolo de fubá 400 g", "padaria", 12.9, 2),
  product("6001", "Detergente neutro 500 ml", "limpeza", 2.59, 4),
  product("6002", "Sabão em pó 1,6 kg", "limpeza", 19.9, 2),
  product("6003", "Papel higiênico 12 rolos", "limpeza", 18.9, 4),
  product("7001", "Guaraná 2 l", "bebidas", 8.49, 5),
  product("7002", "Água mineral sem gás 1,5 l", "bebidas", 3.19, 4),
  product("7003", "Panetone de frutas 400 g", "sazonais", 24.9, 1),
];

const horizonte: readonly Product[] = [
  product("1001", "Arroz parboilizado 5 kg", "mercearia", 25.9, 8),
  product("1002", "Feijão preto 1 kg", "mercearia", 7.99, 9),
  product("1003", "Erva-mate 1 kg", "mercearia", 16.9, 7),
  product("1006", "Macarrão parafuso 500 g", "mercearia", 3.99, 5),
  product("2001", "Leite semidesnatado 1 l", "laticínios", 4.99, 9),
  product("2002", "Queijo colonial 500 g", "laticínios", 27.9, 4),
  product("3001", "Banana-nanica 1 kg", "hortifrúti", 5.49, 7),
  product("3005", "Pinhão 1 kg", "hortifrúti", 14.9, 2),
  product("4001", "Coxa e sobrecoxa 1 kg", "açougue", 14.9, 6),
  product("4004", "Costela bovina 1 kg", "açougue", 29.9, 4),
  product("5001", "Pão de trigo caseiro 500 g", "padaria", 9.9, 9),
  product("5003", "Cuca de uva 500 g", "padaria", 16.9, 3),
  product("6001", "Detergente de coco 500 ml", "limpeza", 2.79, 4),
  product("7001", "Suco de uva integral 1,5 l", "bebidas", 17.9, 4),
  product("7004", "Refrigerante de limão 2 l", "bebidas", 7.49, 3),
];

/** A chain of the made-up week. */
export interface Chain {
  readonly name: string;
  readonly region: string;
  readonly stores: readonly string[];
  readonly products: readonly Product[];
  /** Taken off the shelves on Friday; never offered. */
  readonly delisted: string;
  /** Out of stock since Saturday; not offered until it is back. */
  readonly outOfStock: string;
}

/** The two chains: another state, other stores, other names under the same stock numbers. */
export const chains: readonly Chain[] = [
  {
    name: "mercado-aurora",
    region: "se",
    stores: ["centro", "vila-nova", "praia"],
    products: aurora,
    delisted: "7003",
    outOfStock: "1008",
  },
  {
    name: "rede-horizonte",
    region: "s",
    stores: ["loja-1", "loja-2"],
    products: horizonte,
    delisted: "7004",
    outOfStock: "3005",
  },
];
